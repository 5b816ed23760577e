// Reads and changes versions and environments in AWS. Makes no decisions.
import { environmentIn as idsIn } from "@cloister/components/catalog/engine/names";
import { artifactTag } from "@cloister/components/aws/service-catalog";
import { environmentRecordSchema } from "@cloister/components/catalog/runtime/request";
import { connectionSettings } from "../aws-settings";
import { type Session } from "../engine";
import { type Environment, type Hub, type Version } from "./types";

type Where = Pick<Session, "env" | "world">;

/** A version that does not exist yet. */
export interface NewVersion {
  name: string;
  description: string;
  url: string;
  /** With the same token, AWS creates only one version. */
  token: string;
}

/** Versions, artifacts and recorded environments, in the account of the hub. A call that fails rejects with the error from AWS. */
export interface CatalogClient {
  versions(): Promise<Version[]>;
  createVersion(version: NewVersion): Promise<string>;
  /** Offers a version to users, or deprecates it. */
  setDeprecated(id: string, isDeprecated: boolean): Promise<void>;
  hasArtifact(key: string): Promise<boolean>;
  upload(key: string, body: Uint8Array): Promise<void>;
  /** The environments of the fleet. An environment without a readable record is in `unreadable`, by key. */
  environments(): Promise<{ environments: Environment[]; unreadable: string[] }>;
}

const prefix = "environments/";
/** Records that are read at the same time. The SDK opens at most 50 connections. */
const parallelReads = 40;

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The environment in a record, or `undefined`. Pure. */
export function environmentIn(key: string, text: string): Environment | undefined {
  const ids = idsIn(key);
  const { success, data } = environmentRecordSchema.safeParse(jsonIn(text));
  return ids && success ? { ...data, account: ids.accountId, id: ids.provisionedProductId } : undefined;
}

/** The hash of the artifact in the description of a version. */
const hashIn = (description = "") => /sha256 ([0-9a-f]{64})/.exec(description)?.[1];

/** Connects to AWS with the SDK, which is loaded here because it is large. `signal` aborts only calls that read. */
export async function catalogClient(
  where: Where,
  { region, productId, artifactBucket, stateBucket }: Hub,
  signal?: AbortSignal,
): Promise<CatalogClient> {
  const [catalog, s3] = await Promise.all([import("@aws-sdk/client-service-catalog"), import("@aws-sdk/client-s3")]);
  const products = new catalog.ServiceCatalogClient(connectionSettings(where, "servicecatalog", region));
  const store = new s3.S3Client({ ...connectionSettings(where, "s3", region), ...(where.world && { forcePathStyle: true }) });
  const options = { abortSignal: signal };

  async function textOf(Key: string): Promise<string | undefined> {
    try {
      return await (await store.send(new s3.GetObjectCommand({ Bucket: stateBucket, Key }), options)).Body!.transformToString();
    } catch (error) {
      // The environment was terminated since its key was listed.
      if ((error as Error).name === "NoSuchKey") return undefined;
      throw error;
    }
  }

  return {
    async versions() {
      const { ProvisioningArtifactDetails = [] } = await products.send(
        new catalog.ListProvisioningArtifactsCommand({ ProductId: productId }),
        options,
      );
      return ProvisioningArtifactDetails.map(({ Id, Name, CreatedTime, Active, Guidance, Description }) => ({
        id: Id!,
        name: Name ?? Id!,
        createdAt: CreatedTime!,
        isActive: Active ?? true,
        isDeprecated: Guidance === "DEPRECATED",
        hash: hashIn(Description),
      }));
    },
    async createVersion({ name, description, url, token }) {
      const { ProvisioningArtifactDetail } = await products.send(
        new catalog.CreateProvisioningArtifactCommand({
          ProductId: productId,
          IdempotencyToken: token,
          Parameters: { Name: name, Description: description, Type: "EXTERNAL", Info: { LoadTemplateFromURL: url } },
        }),
      );
      return ProvisioningArtifactDetail!.Id!;
    },
    async setDeprecated(id, isDeprecated) {
      const Guidance = isDeprecated ? "DEPRECATED" : "DEFAULT";
      await products.send(
        new catalog.UpdateProvisioningArtifactCommand({
          ProductId: productId,
          ProvisioningArtifactId: id,
          Guidance,
          ...(!isDeprecated && { Active: true }),
        }),
      );
    },
    async hasArtifact(Key) {
      try {
        await store.send(new s3.HeadObjectCommand({ Bucket: artifactBucket, Key }), options);
        return true;
      } catch (error) {
        if (/^(NotFound|NoSuchKey)$/.test((error as Error).name)) return false;
        throw error;
      }
    },
    async upload(Key, Body) {
      const Tagging = `${artifactTag.key}=${artifactTag.value}`;
      await store.send(new s3.PutObjectCommand({ Bucket: artifactBucket, Key, Body, Tagging, ContentType: "application/gzip" }));
    },
    async environments() {
      const keys: string[] = [];
      for await (const { Contents } of s3.paginateListObjectsV2({ client: store }, { Bucket: stateBucket, Prefix: prefix }, options))
        keys.push(...(Contents ?? []).map(({ Key }) => Key!));
      const environments: Environment[] = [];
      const unreadable: string[] = [];
      for (let i = 0; i < keys.length; i += parallelReads)
        await Promise.all(
          keys.slice(i, i + parallelReads).map(async (key) => {
            const text = await textOf(key);
            const environment = text === undefined ? undefined : environmentIn(key, text);
            if (environment) environments.push(environment);
            else if (text !== undefined) unreadable.push(key);
          }),
        );
      return { environments: environments.sort(byAccountAndName), unreadable: unreadable.sort() };
    },
  };
}

const byAccountAndName = (a: Environment, b: Environment): number => a.account.localeCompare(b.account) || a.name.localeCompare(b.name);
