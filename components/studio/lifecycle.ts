// Scripts that run when an app or a notebook instance starts: those in scripts/, with their variables set in front. Pure, but for reading these files.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { type StudioSettings } from "./settings";

/** What code in an environment has to know of it. */
export interface EnvironmentFacts {
  /** `fraud-dev`: value of the tag by which what is made belongs to the environment. */
  environment: string;
  region: string;
  /** `vpc-…` */
  vpcId: string;
  /** For jobs, `subnet-…`. */
  subnetIds: string[];
  /** For jobs, `sg-…`. */
  securityGroupIds: string[];
  /** Key of the bucket of data, `arn:…:key/…`. */
  dataKeyArn: string;
  /** Key of volumes of jobs, `arn:…:key/…`. */
  jobVolumeKeyArn: string;
  dataBucketName: string;
  modelBucketName: string;
  /** Whether the environment's roles refuse jobs whose volumes are not under their key. */
  needsVolumeKey: boolean;
}

export interface ScriptArgs {
  facts: EnvironmentFacts;
  pip?: StudioSettings["pip"];
  git?: { name: string; email: string };
  /** Where the file system begins; elsewhere in tests only. */
  root?: string;
}

/** AWS takes scripts of this many characters of base64. Source: AWS API `CreateStudioLifecycleConfig`. */
const MOST_CHARACTERS = 16384;

const part = (file: string) => fs.readFileSync(path.join(__dirname, "scripts", file), "utf8");

/**
 * A text as one word of a shell script, whatever it contains.
 * Errors: `RangeError` for a NUL, which no shell can hold.
 */
export function quoted(text: string): string {
  if (text.includes("\0")) throw new RangeError("a text for a script has a NUL character");
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The same for a text of one line. Errors: `RangeError` for line breaks and other control characters. */
export function quotedLine(text: string): string {
  if (/\p{Cc}/u.test(text)) throw new RangeError(`${JSON.stringify(text)} has a control character; a text of one line is wanted`);
  return quoted(text);
}

/** A Python module with the six names that notebooks of older environments import. JSON's texts and lists of texts are Python's. */
export function factsModule(facts: EnvironmentFacts): string {
  const constants = {
    SAGEMAKER_VPC: facts.vpcId,
    SAGEMAKER_SUBNETS: facts.subnetIds,
    SAGEMAKER_SECURITY_GROUPS: facts.securityGroupIds,
    SAGEMAKER_KMS_KEY_ID: facts.dataKeyArn,
    SAGEMAKER_DATA_BUCKET: facts.dataBucketName,
    SAGEMAKER_MODEL_BUCKET: facts.modelBucketName,
  };
  return Object.entries(constants)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join("\n");
}

/**
 * What is made by the SageMaker Python SDK gets, unless the code says otherwise: the environment's tag, the network, encrypted traffic, the key, pip's index. What the environment's roles ask for is
 * there without a word in the code. A key of volumes only where they ask for one: instances with disks of their own refuse it. YAML, as which JSON can be read.
 * Source: SageMaker Python SDK, "Configuring and using defaults".
 */
export function jobDefaults({ facts, pip }: Pick<ScriptArgs, "facts" | "pip">): string {
  const VpcConfig = { Subnets: facts.subnetIds, SecurityGroupIds: facts.securityGroupIds };
  const Environment = { AWS_STS_REGIONAL_ENDPOINTS: "regional", ...(pip && { PIP_INDEX_URL: pip.indexUrl }) };
  const key = { KmsKeyId: facts.dataKeyArn };
  const volume = facts.needsVolumeKey ? { VolumeKmsKeyId: facts.jobVolumeKeyArn } : {};
  const Tags = [{ Key: "cloister:environment", Value: facts.environment }];
  const encrypted = { EnableInterContainerTrafficEncryption: true };
  const autoMl = { VpcConfig, ...encrypted, ...volume };
  return JSON.stringify({
    SchemaVersion: "1.0",
    SageMaker: {
      TrainingJob: { VpcConfig, Environment, OutputDataConfig: key, ResourceConfig: volume, ...encrypted, Tags },
      ProcessingJob: {
        NetworkConfig: { VpcConfig, ...encrypted },
        Environment,
        ProcessingOutputConfig: key,
        ProcessingResources: { ClusterConfig: volume },
        Tags,
      },
      AutoMLJob: { AutoMLJobConfig: { SecurityConfig: autoMl }, OutputDataConfig: key, Tags },
      AutoMLJobV2: { SecurityConfig: autoMl, OutputDataConfig: key, Tags },
      TransformJob: { TransformOutput: key, TransformResources: volume, Tags },
      Model: { VpcConfig, Tags },
      EndpointConfig: { ...(facts.needsVolumeKey && { KmsKeyId: facts.jobVolumeKeyArn }), DataCaptureConfig: key, Tags },
      Endpoint: { Tags },
      Pipeline: { Tags },
      MonitoringSchedule: { Tags },
      RemoteFunction: {
        ...encrypted,
        EnvironmentVariables: Environment,
        S3KmsKeyId: facts.dataKeyArn,
        S3RootUri: `s3://${facts.dataBucketName}/remote-functions`,
        Tags,
        ...(facts.needsVolumeKey && { VolumeKmsKeyId: facts.jobVolumeKeyArn }),
        VpcConfig,
      },
      // Without it, code and data of jobs would go to a bucket that the SDK makes.
      PythonSDK: { Modules: { Session: { DefaultS3Bucket: facts.dataBucketName } } },
    },
  });
}

/** `more` are further variables, set as they are given. */
function script(args: ScriptArgs, more: Record<string, string>, files: string[]): string {
  const { facts, pip, git, root = "" } = args;
  const variables = {
    ROOT: quotedLine(root),
    REGION: quotedLine(facts.region),
    FACTS_MODULE: quoted(factsModule(facts)),
    JOB_DEFAULTS: quoted(jobDefaults(args)),
    PIP_INDEX: quotedLine(pip?.indexUrl ?? ""),
    PIP_CERTIFICATE: quoted(pip?.trustedCertificate?.trim() ?? ""),
    GIT_NAME: quotedLine(git?.name ?? ""),
    GIT_EMAIL: quotedLine(git?.email ?? ""),
    ...more,
  };
  return [
    "#!/bin/bash",
    // With functions too: whatever fails ends the script, and says where.
    "set -euE",
    `trap 'echo "cloister: stopped at line $LINENO" >&2' ERR`,
    ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    "export HOME",
    ...files.map(part),
  ].join("\n");
}

/** For apps of Studio: runs as the person, in the home directory of the space. */
export const appScript = (args: ScriptArgs) => script(args, {}, ["home.sh"]);

/** For notebook instances: runs as root, at each start. */
export const notebookScript = (args: ScriptArgs & { idleMinutes: number }) =>
  script(
    args,
    {
      HOME: quotedLine(`${args.root ?? ""}/home/ec2-user`),
      IDLE_MINUTES: String(args.idleMinutes),
      IDLE_PROGRAM: quoted(part("idle.py")),
    },
    ["home.sh", "notebook.sh"],
  );

/** A script that unpacks and runs one that is too long as it is. */
const packed = (text: string) => `#!/bin/bash
# Packed, to fit into what AWS takes. To read it, give what is between the ENDs to: base64 -d | gzip -d
set -euo pipefail
script="$(base64 -d <<'END' | gzip -d
${gzipSync(text, { level: 9 }).toString("base64")}
END
)"
set +o pipefail
eval "$script"
`;

/** A script as AWS takes it. Errors: `RangeError` when it is too long even when it is packed. */
export function encoded(text: string): string {
  const base64 = (one: string) => Buffer.from(one, "utf8").toString("base64");
  const plainValue = base64(text);
  const content = plainValue.length > MOST_CHARACTERS ? base64(packed(text)) : plainValue;
  if (content.length > MOST_CHARACTERS)
    throw new RangeError(
      `a script for the start of apps has ${content.length} characters, and AWS takes ${MOST_CHARACTERS}. Shorten pip.trustedCertificate.`,
    );
  return content;
}

/** Short name of contents: other contents, another name. */
export const fingerprint = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);
