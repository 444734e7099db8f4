import type { Parts } from '../parts.ts';
import AwardStage from './AwardStage.svelte';
import ClassRobot from './ClassRobot.svelte';
import Concert from './Concert.svelte';
import DeskLaptop from './DeskLaptop.svelte';
import FamilyTable from './FamilyTable.svelte';
import FlyerWall from './FlyerWall.svelte';
import FrontOffice from './FrontOffice.svelte';
import Hallway from './Hallway.svelte';
import PhoneNight from './PhoneNight.svelte';
import Playground from './Playground.svelte';
import ReadingCircle from './ReadingCircle.svelte';
import ScienceFair from './ScienceFair.svelte';
import TeamBus from './TeamBus.svelte';

/** All drawings: for a page that can't know beforehand which it will need, such as a quiz. */
export const drawings: Required<NonNullable<Parts['drawings']>> = {
	'class-robot': ClassRobot,
	'award-stage': AwardStage,
	'reading-circle': ReadingCircle,
	'team-bus': TeamBus,
	hallway: Hallway,
	playground: Playground,
	'science-fair': ScienceFair,
	concert: Concert,
	'phone-night': PhoneNight,
	'desk-laptop': DeskLaptop,
	'family-table': FamilyTable,
	'front-office': FrontOffice,
	'flyer-wall': FlyerWall
};
