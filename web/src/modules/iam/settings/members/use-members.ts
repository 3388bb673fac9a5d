import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import {
  changeMember,
  getMember,
  listInvitations,
  listMembers,
  type Member,
  nameMembers,
  type Role,
  reactivateMember,
  removeMember,
  suspendMember,
} from '#modules/iam/contract.ts'
import { call, routeKey } from '../../../../shell/api.ts'
import { renewOnLive } from '../../../../shell/live.ts'
import { sayFailed } from '../../../../shell/say-failed.ts'
import { useAct } from '../../../../shell/use-act.ts'
import { toastUndo } from '../../../../ui/toast-store.ts'
import { roleNames } from '../role-names.ts'

export interface MemberFilter {
  readonly search: string
  readonly role: Role | null
  readonly status: Member['status'] | null
}

const SHOWN = [listMembers.id, getMember.id, listInvitations.id, nameMembers.id]

/** Keeps what is shown of members as it is. */
export function useLiveMembers(): void {
  useEffect(() => renewOnLive('member.', SHOWN), [])
}

/** Reads everything about members again. */
export function useRenewMembers(): () => void {
  const queryClient = useQueryClient()
  return () => {
    for (const id of SHOWN) void queryClient.invalidateQueries({ queryKey: [id] })
  }
}

export function useMembers({ search, role, status }: MemberFilter) {
  const wanted = {
    ...(search ? { search } : {}),
    ...(role ? { role } : {}),
    ...(status ? { status } : {}),
  }
  return useInfiniteQuery({
    queryKey: [listMembers.id, 'pages', wanted],
    queryFn: ({ pageParam, signal }) =>
      call(
        listMembers,
        { query: { limit: 50, ...wanted, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
    placeholderData: before => before,
  })
}

export function useInvitations(enabled: boolean) {
  return useInfiniteQuery({
    queryKey: [listInvitations.id, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      call(
        listInvitations,
        { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
    enabled,
  })
}

/** What can be done to a member. Each says so and can be taken back. */
export function useMemberActs() {
  const queryClient = useQueryClient()
  const renew = useRenewMembers()
  const options = {
    onSuccess: (member: Member | undefined) => {
      if (member) queryClient.setQueryData(routeKey(getMember, { params: { memberId: member.id } }), member)
      renew()
    },
    onError: (error: Error) => {
      renew()
      sayFailed(error)
    },
  }
  const change = useAct(changeMember, options)
  const suspend = useAct(suspendMember, options)
  const reactivate = useAct(reactivateMember, options)
  const remove = useAct(removeMember, options)
  const one = ({ id }: Member) => ({ params: { memberId: id } })
  const setRole = (member: Member, role: Exclude<Role, 'owner'>) =>
    change.mutate(
      { ...one(member), body: { role } },
      {
        onSuccess: () =>
          toastUndo(`${member.name} has the role ${roleNames[role].toLowerCase()} now.`, () =>
            change.mutate({ ...one(member), body: { role: member.role as typeof role } }),
          ),
      },
    )
  const isBusy = change.isPending || suspend.isPending || reactivate.isPending || remove.isPending
  return {
    isBusy,
    setRole,
    setOverrides: (member: Member, permissionOverrides: Record<string, boolean>) =>
      change.mutate({ ...one(member), body: { permissionOverrides } }),
    suspend: (member: Member) =>
      suspend.mutate(one(member), {
        onSuccess: () => toastUndo(`${member.name} is suspended.`, () => reactivate.mutate(one(member))),
      }),
    reactivate: (member: Member) => reactivate.mutate(one(member)),
    remove: (member: Member) =>
      remove.mutate(one(member), {
        onSuccess: () => toastUndo(`${member.name} was removed.`, () => reactivate.mutate(one(member))),
      }),
  }
}
