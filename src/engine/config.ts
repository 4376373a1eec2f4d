export interface EngineConfig {
  /** Name of this worker in lease rows and client id; unique among running workers. */
  owner: string;
  /** Commits in flight at once. A station is always in one lane. */
  lanes: number;
  maxStationsPerCommit: number;
  maxInputsPerCommit: number;
  /** Inputs of one station in one commit. */
  maxInputsPerStation: number;
  /** Inputs waiting for one station; what comes beyond is dropped, and the station sends it again. */
  mailboxLimit: number;
  /** How long a record that decides nothing waits for another commit to ride with. */
  unhurriedMs: number;
  leaseTtlMs: number;
  leaseRenewMs: number;
  leaseMarginMs: number;
  ackDelayMs: number;
  commandResendMs: number;
  outboxPollMs: number;
  reorderWindow: number;
  reorderWaitMs: number;
  /** Fruitless resend requests before a gap is given up. */
  resendTries: number;
  linkLostMs: number;
  /** Commands may begin so many beats after the last one heard. */
  validBeats: number;
}

export const engineDefaults: Omit<EngineConfig, 'owner'> = {
  lanes: 2,
  maxStationsPerCommit: 200,
  maxInputsPerCommit: 1_000,
  maxInputsPerStation: 64,
  mailboxLimit: 512,
  unhurriedMs: 100,
  leaseTtlMs: 5_000,
  leaseRenewMs: 1_500,
  leaseMarginMs: 1_000,
  ackDelayMs: 800,
  commandResendMs: 2_000,
  outboxPollMs: 250,
  reorderWindow: 64,
  reorderWaitMs: 3_000,
  resendTries: 3,
  linkLostMs: 5_000,
  validBeats: 20,
};
