import type { Page } from '@playwright/test';

/** A virtual device of the page's browser that holds passkeys and says yes, or, told so, that nobody is there. */
export type Device = {
	/** Whether the person touches it and shows a finger from now on. */
	answers(yes: boolean): Promise<void>;
};

/** Gives the page's browser a device for passkeys (Chromium's virtual authenticator). */
export async function passkeyDevice(page: Page): Promise<Device> {
	const session = await page.context().newCDPSession(page);
	await session.send('WebAuthn.enable');
	const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2',
			transport: 'internal',
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true
		}
	});
	return {
		async answers(yes) {
			await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: yes });
		}
	};
}
