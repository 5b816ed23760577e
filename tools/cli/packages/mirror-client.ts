import { type Session } from "../engine";
import { bucketClient, type MirrorClient } from "./bucket";
import { type Mirror } from "./hub";
import { repositoryClient } from "./repository";

/** Connects to the bucket or the repository of a mirror. `signal` aborts all calls. */
export const mirrorClient = (
  where: Pick<Session, "env" | "world" | "credentials">,
  mirror: Mirror,
  signal?: AbortSignal,
): Promise<MirrorClient> => ("repositoryArn" in mirror ? repositoryClient(where, mirror, signal) : bucketClient(where, mirror, signal));
