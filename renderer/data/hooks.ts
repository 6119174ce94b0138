import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { StreamListing } from '#shared/contract/streams.ts'
import { type CaptureInfo, type CaptureProgress, isBeingRead } from '#shared/model/capture.ts'
import type { Connection } from '#shared/model/connection.ts'
import type { ReadUse } from '#shared/model/read-use.ts'
import type { ReplayProgress, ReplayRequest } from '#shared/model/replay.ts'
import { useClient } from '../platform/client.ts'
import type { Live } from './live-store.ts'
import { captureProgress, connectionList, library, readUse, replayProgress, streamListings } from './sources.ts'
import { useSubscription } from './use-subscription.ts'

/** The connections of the tree, as they change. */
export const useConnections = (): Live<Connection[]> => useSubscription(connectionList, {})

/** Listings by connection id, as they come in. */
export const useStreamListings = (): Live<ReadonlyMap<string, StreamListing>> => useSubscription(streamListings, {})

/** Kept captures and open views, as they change. */
export const useLibrary = (): Live<CaptureInfo[]> => useSubscription(library, {})

/** Counters of a capture a few times a second; null id: nothing. They end with its reading, and begin anew when it is read on. */
export function useCaptureProgress(id: string | null): Live<CaptureProgress> {
  const isRead = useLibrary().value?.some((capture) => capture.id === id && isBeingRead(capture)) ?? false
  return useSubscription(captureProgress, id === null ? null : { id }, isRead)
}

/** What this process takes of its streams' shards. */
export const useReadUse = (): Live<ReadUse> => useSubscription(readUse, {})

export const useReplayProgress = (replayId: string): Live<ReplayProgress> => useSubscription(replayProgress, { replayId })

/** What the host can do; it does not change while the page lives. */
export function useCapabilities() {
  const client = useClient()
  return useQuery({ queryKey: ['capabilities'], queryFn: () => client.host.capabilities(), staleTime: Infinity })
}

/** A capture of the library, opened for reading. */
export function useCapture(id: string) {
  const client = useClient()
  return useQuery({ queryKey: ['capture', id], queryFn: () => client.captures.open({ id }), staleTime: Infinity, retry: false })
}

/** What is missing from a capture. `count` is how many its counters tell: a new one asks again. */
export function useGaps(captureId: string | null, count: number) {
  const client = useClient()
  return useQuery({
    queryKey: ['gaps', captureId, count],
    queryFn: ({ signal }) => client.captures.gaps({ id: captureId ?? '' }, { signal }),
    enabled: captureId !== null && count > 0,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  })
}

/** Everything about one record. The one before stays until it is here, so that walking through records does not flicker. */
export function useRecord(captureId: string, id: number | null) {
  const client = useClient()
  return useQuery({
    queryKey: ['record', captureId, id],
    queryFn: ({ signal }) => client.records.detail({ captureId, id: id ?? 0 }, { signal }),
    enabled: id !== null,
    staleTime: Infinity,
    // Records can be megabytes: a few that were just looked at, no more.
    gcTime: 10_000,
    retry: false,
    placeholderData: keepPreviousData,
  })
}

export function useKeep() {
  const client = useClient()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (capture: { id: string; name: string }) => client.captures.keep(capture),
    onSuccess: (kept) => queries.setQueryData(['capture', kept.id], kept),
  })
}

/** A dry run of a replay; asked again whenever the request changes, the last one stays until then. */
export function useReplayPlan(request: Omit<ReplayRequest, 'confirm' | 'lastRow'> | null) {
  const client = useClient()
  return useQuery({
    queryKey: ['replay-plan', request],
    queryFn: ({ signal }) => {
      if (request === null) throw new Error('no request')
      return client.replays.plan(request, { signal })
    },
    enabled: request !== null,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  })
}

/** Replays of this run of the backend, running or done. */
export function useReplays() {
  const client = useClient()
  return useQuery({ queryKey: ['replays'], queryFn: ({ signal }) => client.replays.list(undefined, { signal }), refetchInterval: 2_000 })
}

/** The describe of a stream: its shards, encryption, retention. */
export function useStreamDetail(connectionId: string, stream: string) {
  const client = useClient()
  return useQuery({
    queryKey: ['stream', connectionId, stream],
    queryFn: ({ signal }) => client.streams.describe({ connectionId, stream }, { signal }),
    staleTime: 10_000,
    retry: false,
  })
}
