/** Defines the content of a world's `world.json`. tools/sandbox/world writes it, and the gateway's process reads it. */
export interface WorldSettings {
  name: string;
  /** A random token. It distinguishes the world's gateway from another process that listens on the gateway's port. */
  id: string;
  hubAccount: string;
  /** All accounts in the world, the hub account first. */
  accounts: string[];
  region: string;
  /** The credentials that deployments start with: a session of the deployment role in the hub account. Valid only in this world. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  /** 0 for any free port. After the first start: the port of the last run, which is tried first. */
  port: number;
  /** Whether the user chose the port. Then no other port is acceptable. */
  portFixed: boolean;
  idleHours: number;
  /** Python executable with moto. */
  python: string;
  /** botocore's folder with the service models. */
  models: string;
  /** The gateway's process, while it runs. */
  process?: { pid: number; startedAt: string };
}

/** Files in a world, relative to the world's folder. */
export const worldFiles = {
  settings: "world.json",
  /** Folder with the state of the services. */
  state: "state",
  /** Folder with the Pulumi state. */
  stacks: "stacks",
  logs: "logs",
  journal: "journal.jsonl",
  passphrase: "passphrase",
  environment: "env.sh",
  /** Commands of images in ECR, in `<repository>/bin`: the sandbox stores no layers. */
  images: "images",
  /** Folders of builds that run. */
  builds: "builds",
} as const;

/** Files with the state of the services, relative to `worldFiles.state`. */
export const stateFiles = {
  /** Access keys and their principals. */
  keys: "keys.json",
  /** The requests that changed state in moto; see `Moto`. */
  moto: "moto.jsonl",
  /** States of the native services; see `StateStore`. */
  native: "native",
  /** The code of Lambda functions, by its hash. */
  functions: "functions",
  /** The results of executions of state machines. */
  executions: "executions.json",
  /** The builds of CodeBuild. */
  builds: "builds.json",
} as const;

/** The message from the gateway's process to its parent process. `lost`: the services of the world cannot be restored. */
export type Announcement = { port: number } | { error: string; lost: boolean };
