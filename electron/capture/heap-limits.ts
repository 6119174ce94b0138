/**
 * For the heaps of the threads of a capture, MB. Records live until their commit; of V8's own sizes, meant for speed alone, each thread would
 * hold on to 100 MB of dead ones. `young` has room for what two commits make, so that few records live on into the old part.
 */
export const STORING = { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 1024 } as const
export const FETCHING = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 2048 } as const
