// Looks up the recorder and the delivery channel of AWS Config in the account and region. Reads only.
import * as aws from "@pulumi/aws";
import { type AwsContext } from "../../aws/context";
import { optional, type Options } from "../../aws/lookup";
import { type CalledService, signedCall } from "../../aws/signed-call";

const service: CalledService = { scope: "config", host: "config", id: "CONFIG_SERVICE" };

/** The recorder of the customer; AWS services can have further recorders. */
export interface FoundRecorder {
  name: string;
  isRecording: boolean;
  /** Whether the recorder records all resource types that AWS Config supports in the region. */
  recordsAllTypes: boolean;
  /** Recorded types, if not all. */
  types: string[];
}

export interface ConfigFindings {
  recorder?: FoundRecorder;
  /** Name of the delivery channel. */
  channel?: string;
  /** The service-linked role with which AWS Config reads resources. */
  hasServiceRole: boolean;
}

interface Recorder {
  name: string;
  servicePrincipal?: string;
  recordingGroup?: { allSupported?: boolean; resourceTypes?: string[]; recordingStrategy?: { useOnly?: string } };
}

export const serviceRoleName = "AWSServiceRoleForConfig";

/** Source: AWS API `DescribeConfigurationRecorders`, `RecordingGroup`. */
export function recorderOf({ name, recordingGroup = {} }: Recorder, isRecording: boolean): FoundRecorder {
  const types = recordingGroup.resourceTypes ?? [];
  return { name, isRecording, recordsAllTypes: recordingGroup.allSupported === true, types };
}

export async function lookupConfig(context: AwsContext, opts: Options): Promise<ConfigFindings> {
  const call = <T>(operation: string) =>
    signedCall<T>(context, service, {
      method: "POST",
      path: "/",
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `StarlingDoveService.${operation}` },
      body: {},
    });
  const [{ ConfigurationRecorders = [] }, { ConfigurationRecordersStatus = [] }, { DeliveryChannels = [] }, role] = await Promise.all([
    call<{ ConfigurationRecorders?: Recorder[] }>("DescribeConfigurationRecorders"),
    call<{ ConfigurationRecordersStatus?: { name: string; recording?: boolean }[] }>("DescribeConfigurationRecorderStatus"),
    call<{ DeliveryChannels?: { name: string }[] }>("DescribeDeliveryChannels"),
    optional(aws.iam.getRole({ name: serviceRoleName }, opts)),
  ]);
  const found = ConfigurationRecorders.find(({ servicePrincipal }) => servicePrincipal === undefined || servicePrincipal === "");
  const isRecording = ConfigurationRecordersStatus.some(({ name, recording }) => name === found?.name && recording === true);
  return {
    ...(found && { recorder: recorderOf(found, isRecording) }),
    ...(DeliveryChannels[0] && { channel: DeliveryChannels[0].name }),
    hasServiceRole: role !== undefined,
  };
}
