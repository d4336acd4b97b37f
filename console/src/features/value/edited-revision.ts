interface Kept {
  name: string;
  revision: number;
  definition: unknown;
  draft_definition?: unknown;
}

const contentOf = (row: Kept) => JSON.stringify([row.name, row.draft_definition ?? row.definition]);

/**
 * On which revision an edit stands that began on `opened`: on the present one, where that was only put in force or held since;
 * else on its own, so that what a colleague saved meanwhile is not written over unseen.
 */
export const editedRevision = (opened: Kept, present: Kept): number =>
  contentOf(opened) === contentOf(present) ? present.revision : opened.revision;
