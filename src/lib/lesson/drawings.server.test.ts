import { expect, test } from 'vitest';
import { drawingsIn } from './drawings.server.ts';
import { sceneKey } from './drawings.ts';
import { pictureNames } from './pictures/names.ts';
import { sceneNames } from './scenes/names.ts';

test('every scene and picture that content may name is drawn, as markup without traces of a component', () => {
	const { scenes, pictures } = drawingsIn([
		sceneNames.map((scene) => ({ scene })),
		{ pictures: pictureNames }
	]);
	expect(Object.keys(scenes)).toEqual([...sceneNames]);
	expect(Object.keys(pictures).sort()).toEqual([...pictureNames].sort());
	for (const markup of [...Object.values(scenes), ...Object.values(pictures)]) {
		expect(markup).toMatch(/^\s*<(rect|path|g|circle|svg)\b/);
		expect(markup).not.toMatch(/<!--|undefined|NaN/);
	}
});

test('drawings are found wherever a page’s data names them, and no others are brought', () => {
	const { scenes, pictures } = drawingsIn([
		{
			id: 'what-now',
			scenes: { one: { text: 'Now what?' } },
			rounds: [{ scene: 'concert', answers: [{ picture: 'yes' }] }]
		},
		{ draft: { kind: 'post', scene: 'class-robot', overlay: ['Goal', '2 m'] } },
		{ pictures: ['no', null], groups: [{ picture: 'hide' }, {}] },
		undefined
	]);
	expect(Object.keys(scenes)).toEqual(['concert', sceneKey('class-robot', ['Goal', '2 m'])]);
	expect(Object.keys(pictures).sort()).toEqual(['hide', 'no', 'yes']);
});

test('the same board with other words is another drawing, and what is written can’t become markup', () => {
	const overlay = ['<b>Retake</b>', 'Thursday'];
	const { scenes } = drawingsIn([{ scene: 'class-robot' }, { scene: 'class-robot', overlay }]);
	expect(scenes[sceneKey('class-robot')]).not.toContain('Thursday');
	expect(scenes[sceneKey('class-robot', overlay)]).toContain('Thursday');
	expect(scenes[sceneKey('class-robot', overlay)]).toContain('&lt;b>Retake');
});

test('a name without a drawing is told', () => {
	expect(() => drawingsIn({ scene: 'moon-landing' })).toThrow('there is no drawing “moon-landing”');
});
