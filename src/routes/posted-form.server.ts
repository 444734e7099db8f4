import { error } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';

/** The form that an endpoint was sent; what is no form is refused as such. */
export async function postedForm(request: Request): Promise<FormData> {
	try {
		return await request.formData();
	} catch {
		error(400, { message: m.shell_error_other_title() });
	}
}
