import type { Parts } from '../parts.ts';
import MockChat from './MockChat.svelte';
import MockEmail from './MockEmail.svelte';
import MockNotice from './MockNotice.svelte';
import MockPost from './MockPost.svelte';
import MockProfile from './MockProfile.svelte';
import MockSettings from './MockSettings.svelte';

/** All kinds of mocks, for a page that learns from its data which it shows, such as a quiz. */
export const everyMock: Required<Parts>['mocks'] = {
	chat: MockChat,
	email: MockEmail,
	notice: MockNotice,
	post: MockPost,
	profile: MockProfile,
	settings: MockSettings
};
