/** The content of a world's `world.json`. Written by tools/sandbox/world, read by the gateway's process. */
export interface WorldSettings {
  name: string;
  /** Random; distinguishes the world's gateway from another process that listens on its port. */
  id: string;
  hubAccount: string;
  /** Every account of the world, the hub first. */
  accounts: string[];
  region: string;
  /** The credentials that deployments start from: a session of the deployment role in the hub account. Valid in this world only. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  /** 0: any free port. After the first start: the port of the last run, which is tried first. */
  port: number;
  /** Whether the user chose the port, so that no other port is acceptable. */
  portFixed: boolean;
  idleHours: number;
  /** Python that has moto. */
  python: string;
  /** botocore's folder of service models. */
  models: string;
  /** The gateway's process, while it runs. */
  process?: { pid: number; startedAt: string };
}

/** Files of a world, relative to its folder. */
export const worldFiles = {
  settings: "world.json",
  /** State of the services. */
  state: "state",
  /** Pulumi's state. */
  stacks: "stacks",
  logs: "logs",
  journal: "journal.jsonl",
  passphrase: "passphrase",
  environment: "env.sh",
} as const;

/** Files of the services' state, relative to `worldFiles.state`. */
export const stateFiles = {
  /** Access keys and their principals. */
  keys: "keys.json",
  /** The requests that changed something in moto; see `Moto`. */
  moto: "moto.jsonl",
  /** States of native services; see `StateStore`. */
  native: "native",
} as const;

/** What the gateway's process sends the process that started it. `lost`: the services of the world cannot be restored. */
export type Announcement = { port: number } | { error: string; lost: boolean };
