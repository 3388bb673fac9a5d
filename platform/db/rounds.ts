import type pg from 'pg'
import type { Tx } from './database.ts'

/**
 * Answers questions in rounds in which no two have a key in common, for statements that must not meet the same row twice; those
 * that do keep their order. `keysOf` names what a question touches, and `answer` gives one answer for each of a round.
 */
export async function inRounds<Q, A>(
  questions: readonly Q[],
  keysOf: (question: Q) => readonly string[],
  answer: (round: readonly Q[]) => Promise<readonly A[]>,
): Promise<A[]> {
  const answers: A[] = []
  for (const places of roundsOf(questions.map(keysOf))) {
    const round = places.map(place => questions[place] as Q)
    const found = await answer(round)
    for (const [index, place] of places.entries()) answers[place] = found[index] as A
  }
  return answers
}

/** The places of the questions of each round, by their keys. */
function roundsOf(keys: readonly (readonly string[])[]): number[][] {
  const next = new Map<string, number>()
  const rounds: number[][] = []
  for (const [place, own] of keys.entries()) {
    const round = Math.max(0, ...own.map(key => next.get(key) ?? 0))
    for (const key of own) next.set(key, round + 1)
    const places = rounds[round]
    if (places) places.push(place)
    else rounds[round] = [place]
  }
  return rounds
}

/**
 * Asks a statement about several at once. It reads them from $2, a jsonb list of what they are with their places as `nr`, and gives
 * at most one row for each, with its `nr`; $1 is the organization. The rows in the order of the questions.
 */
export async function rowsFor<R extends pg.QueryResultRow>(
  tx: Tx,
  text: string,
  questions: readonly { readonly org_id: string }[],
): Promise<(R | undefined)[]> {
  const places = JSON.stringify(questions.map((question, nr) => ({ ...question, nr })))
  const found = await tx.query<R & { nr: number }>(text, [questions[0]?.org_id, places])
  const byPlace = new Map(found.rows.map(row => [row.nr, row]))
  return questions.map((_, nr) => byPlace.get(nr))
}
