/** From the server's thread, once: it answers on this port of 127.0.0.1. */
export interface ServerListening {
  port: number
}

/** What the traffic's thread is started with. */
export interface TrafficPlan {
  endpoint: string
  region: string
  /** Records per second over all streams; 0 leaves it at the first burst. */
  ratePerSecond: number
  /** The same seed gives the same records, but for their times. */
  seed: number
}

/** From the traffic's thread, once: the first burst is stored. */
export interface TrafficStarted {
  started: true
}

/** To the traffic's thread. */
export interface TrafficRate {
  ratePerSecond: number
}
