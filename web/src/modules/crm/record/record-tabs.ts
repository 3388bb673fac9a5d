/** The parts of a record page that share a place: what happened, the fields where there is no room beside it, all changes. */
export const recordTabs = ['activity', 'details', 'history'] as const
export type RecordTab = (typeof recordTabs)[number]
