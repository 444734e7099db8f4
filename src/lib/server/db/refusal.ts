/**
 * Does `work`; gives `answer` where the database refused it by a rule of this code. What was asked before may have
 * changed by the time that it was locked: then somebody else was quicker, and that is an answer, no fault.
 */
export async function unlessRefused<T>(code: string, answer: T, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === code) return answer;
		throw error;
	}
}
