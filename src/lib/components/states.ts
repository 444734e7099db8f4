import type { LucideIcon } from '@lucide/svelte';
import Check from '@lucide/svelte/icons/check';
import CircleX from '@lucide/svelte/icons/circle-x';
import Clock from '@lucide/svelte/icons/clock';
import Info from '@lucide/svelte/icons/info';

/** The four states of the design: all well, do something in time, stopped, good to know. */
export type State = 'good' | 'wait' | 'stop' | 'note';

/** Each state's icon, because colour alone says nothing (WCAG 1.4.1). */
export const stateIcons: Record<State, LucideIcon> = { good: Check, wait: Clock, stop: CircleX, note: Info };
