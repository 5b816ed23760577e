import type * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../../aws/context";
import { type EngineSettings } from "../environments/settings";

export interface EngineArgs {
  context: AwsContext;
  settings: EngineSettings;
  /** VPC of the subnets, `vpc-…`. */
  vpcId: pulumi.Input<string>;
  /** Roles with which environments are deployed; ARN patterns, `arn:aws:iam::111122223333:role/hub-environment-launch`. */
  launchRoleArns: readonly string[];
  /** Waiting period before a scheduled key deletion, in days, 7 to 30. */
  keyDeletionDays: number;
  /** Days after which keys rotate, 90 to 2560. */
  keyRotationDays: number;
  /** Whether destroying the stack deletes the state of environments and the artifacts. */
  purge: boolean;
}

/** What the engine exports. Each value is known once the engine can work. */
export interface EngineOutputs {
  artifactBucketName: pulumi.Output<string>;
  stateBucketName: pulumi.Output<string>;
  /** `arn:…:key/…` */
  stateKeyArn: pulumi.Output<string>;
  /** `arn:…:stateMachine:…` */
  stateMachineArn: pulumi.Output<string>;
  /** `arn:…:role/…`, which launch roles trust. */
  runnerRoleArn: pulumi.Output<string>;
  parserRoleArn: pulumi.Output<string>;
}
