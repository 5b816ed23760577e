/** What a world is made of, as its `world.json` says. Written by sandbox/world, read by the gateway's process. */
export interface WorldSettings {
  name: string;
  /** Made up with the world; tells the gateway of one world from any other process that may listen on its port. */
  id: string;
  hubAccount: string;
  /** Every account of the world, the hub first. */
  accounts: string[];
  region: string;
  /** The credentials that deployments start from: a session of the deployment role in the hub account. They open nothing but this world. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  /** 0: any free port. Then the one that was used last, which is tried first. */
  port: number;
  /** Whether the port was asked for, so that another one won't do. */
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

/** What the gateway's process tells the one that started it. */
export type Announcement = { port: number } | { error: string };
