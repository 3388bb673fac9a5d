/**
 * The heart of the engine: takes a run as far as it can go at one moment and says what has to be stored, done
 * and waited for. It reads no clock, no database and no randomness of its own, changes nothing it is given,
 * and gives equal results for equal arguments.
 *
 * A slice that is never committed never happened: its effects and calls are only proposals in the result. So
 * after a crash the same state is advanced again, and effect keys see to it that nothing is done twice.
 */

import type { LoadedPlan } from './loaded-plan.ts'
import type { RunState, SliceDeps, SliceInput, SliceResult } from './run-state.ts'
import { Slice } from './slice.ts'

/**
 * Advances one run by one slice: hands the inputs to the tokens that wait for them, then runs ready nodes
 * until none is left, the budget is used up, or the run ends. Start a run with `plan.start` and no inputs.
 *
 * Outcomes: `continue` (call again at once with the new state), `waiting` (for one of the timers or remote
 * calls given out, now or before), `paused`, `completed`, `failed`, `cancelled`. Throws only for a defect,
 * such as a state of another plan.
 */
export function advance(
  plan: LoadedPlan,
  state: RunState,
  inputs: readonly SliceInput[],
  deps: SliceDeps,
): SliceResult {
  if (state.end !== null) return ended(state, inputs.length)
  const slice = new Slice(plan, state, deps)
  for (const input of inputs) slice.receive(input)
  slice.run()
  return slice.result()
}

function ended(state: RunState, ignored: number): SliceResult {
  const outcome = state.end?.outcome ?? 'completed'
  const error = state.end?.error ?? null
  return {
    state,
    outcome,
    error,
    steps: [],
    effects: [],
    remote: [],
    timers: [],
    logs: [],
    withdrawn: [],
    ignored,
  }
}
