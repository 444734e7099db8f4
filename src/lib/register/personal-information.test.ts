import { describe, expect, test } from 'vitest';
import { personalInformation } from './personal-information.ts';

const scan = (text: string) => personalInformation(text, ['wrsd.example']);

describe('personal information in a public text', () => {
	test.each([
		['Call 508-555-0147 after school', 'phone'],
		['(508) 555 0147', 'phone'],
		['room6b5085550147', 'phone'],
		['We meet at 12 Maple Street', 'street'],
		['we meet at 12 maple st', 'street'],
		['Studio at 7 Old Mill Drive', 'street'],
		['Born 04/17/2014', 'date'],
		['2014-04-17', 'date'],
		['Write to robotics6b@mail.example', 'mail'],
		['robotics@wrsd.example.evil.example', 'mail']
	])('“%s” is noticed as %s', (text, kind) => {
		expect(scan(text)).toBe(kind);
	});

	test.each([
		'Room 6B Robotics',
		'@room6b_robotics',
		'Grade 6 ideas on the way',
		'Team 5 on the road to the state final',
		'30 students drive the robots',
		'Class of 2027, room 114',
		'2026-27 school year',
		'Questions: robotics@wrsd.example'
	])('“%s” is left alone', (text) => {
		expect(scan(text)).toBeNull();
	});
});
