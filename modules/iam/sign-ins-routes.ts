import { type Implemented, implementForUser } from '#platform/http/handlers.ts'
import { endOtherSignIns, endSignIn, listSignIns, seeCopiedTokens } from './contract.ts'
import { currentSignIn, endEverySession } from './sessions.ts'
import * as signIns from './sign-ins.ts'
import { signedIn } from './signed-in.ts'

export const signInsRoutes: readonly Implemented[] = [
  implementForUser(listSignIns, async (ctx, _input, http) =>
    signIns.signInsOf(ctx, signedIn(http).userId, await currentSignIn(ctx.db, http)),
  ),

  implementForUser(endSignIn, async (ctx, { params }, http) => {
    await signIns.endSignIn(ctx, signedIn(http).userId, params.signInId)
    return undefined
  }),

  implementForUser(endOtherSignIns, async (ctx, _input, http) => {
    await endEverySession(ctx.db, signedIn(http).userId, await currentSignIn(ctx.db, http))
    return undefined
  }),

  implementForUser(seeCopiedTokens, async (ctx, _input, http) => {
    await signIns.seeCopiedTokens(ctx, signedIn(http).userId)
    return undefined
  }),
]
