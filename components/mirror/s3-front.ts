// Names and policies of the access point through which an environment reads the bucket of the mirror. Pure.
import { arnsIn, type AwsContext, dnsSuffixOf } from "../aws/context";
import { filePrefix, indexPrefix } from "./index-keys";

/** Name of the access point of an environment, at most 50 characters. Source: AWS S3 "Access points naming rules". */
export const accessPointName = (environment: string) => `${environment}-packages`;

export const accessPointArn = (context: AwsContext, environment: string) =>
  arnsIn(context, "s3", `accesspoint/${accessPointName(environment)}`)[0]!;

/** DNS name of the access point. Source: AWS S3 "Referencing access points", virtual-hosted-style URI. */
export const accessPointHost = (context: AwsContext, environment: string) =>
  `${accessPointName(environment)}-${context.accountId}.s3-accesspoint.${context.region}.${dnsSuffixOf(context)}`;

/** URL of the index for pip. */
export const accessPointIndexUrl = (context: AwsContext, environment: string) =>
  `https://${accessPointHost(context, environment)}/${indexPrefix}`;

const readable = [`${indexPrefix}*`, `${filePrefix}*`];

/** Objects of the mirror, as the bucket and as the access point name them. An endpoint policy must allow both. */
export const mirrorObjectArns = (context: AwsContext, environment: string, bucketName: string) =>
  readable.flatMap((objects) => [
    `arn:${context.partition}:s3:::${bucketName}/${objects}`,
    `${accessPointArn(context, environment)}/object/${objects}`,
  ]);

/**
 * Policy of the access point: anyone in its VPC reads packages, because pip does not sign requests.
 * S3 rejects requests from outside the VPC before it evaluates the policy.
 */
export const accessPointPolicy = (context: AwsContext, environment: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadPackages",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: readable.map((objects) => `${accessPointArn(context, environment)}/object/${objects}`),
      },
    ],
  });
