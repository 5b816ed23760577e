// Generates files for code in notebooks: a Python module, and defaults for the SageMaker Python SDK. Pure.
import { type ScriptFacts } from "./script-facts";
import { type PipSettings, type StudioSettings } from "./settings";

/** Tags in the format of SageMaker API calls. */
const tagList = ({ tags }: ScriptFacts) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/**
 * A Python module with constants that existing notebooks import.
 * JSON strings, and JSON lists of strings and of objects with strings, are valid Python.
 */
export function factsModule(facts: ScriptFacts): string {
  const constants = {
    SAGEMAKER_VPC: facts.vpcId,
    SAGEMAKER_SUBNETS: facts.subnetIds,
    SAGEMAKER_SECURITY_GROUPS: facts.securityGroupIds,
    SAGEMAKER_KMS_KEY_ID: facts.dataKeyArn,
    SAGEMAKER_DATA_BUCKET: facts.dataBucketName,
    SAGEMAKER_MODEL_BUCKET: facts.modelBucketName,
    SAGEMAKER_TAGS: tagList(facts),
  };
  return Object.entries(constants)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join("\n");
}

/**
 * Makes SDKs use the endpoints of the region, because no endpoint of the VPC answers the global names of STS.
 * Source: AWS SDKs and Tools reference, "AWS STS Regional endpoints" and "Amazon S3 us-east-1 regional endpoint".
 */
const regionalEndpoints = { AWS_STS_REGIONAL_ENDPOINTS: "regional", AWS_S3_US_EAST_1_REGIONAL_ENDPOINT: "regional" };

/**
 * Where a job installs packages from. The toolkit in containers of AWS gets a token for `CA_REPOSITORY_ARN` when the job starts.
 * Source: SageMaker Training Toolkit, `CA_REPOSITORY_ARN`; SageMaker Python SDK, `FrameworkProcessor.run`, `codeartifact_repo_arn`.
 */
const packageIndex = ({ indexUrl, repositoryArn }: PipSettings) =>
  repositoryArn === undefined ? { PIP_INDEX_URL: indexUrl } : { CA_REPOSITORY_ARN: repositoryArn };

/**
 * Configuration for the SageMaker Python SDK: the tags, network, encryption and keys that the service roles require.
 * Contains a volume key only if the roles require a volume key, because instances with local disks reject volume keys.
 * The SDK reads YAML, and JSON is valid YAML.
 * Source: SageMaker Python SDK, "Configuring and using defaults".
 */
export function jobDefaults({ facts, pip }: { facts: ScriptFacts; pip?: StudioSettings["pip"] }): string {
  const VpcConfig = { Subnets: facts.subnetIds, SecurityGroupIds: facts.securityGroupIds };
  const Environment = { ...regionalEndpoints, ...(pip && packageIndex(pip)) };
  const key = { KmsKeyId: facts.dataKeyArn };
  const volume = facts.needsVolumeKey ? { VolumeKmsKeyId: facts.jobVolumeKeyArn } : {};
  const Tags = tagList(facts);
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
      // Without this setting, the SDK creates a bucket for job code and job data.
      PythonSDK: { Modules: { Session: { DefaultS3Bucket: facts.dataBucketName } } },
    },
  });
}
