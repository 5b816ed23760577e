import { endpointConfigKms } from "@cloister/policy-pack/rules/sagemaker/endpoint-config-kms";
import { UNKNOWN, UNKNOWN_ARRAY, UNKNOWN_OBJECT } from "../../helpers/evaluate";
import { keyArn, keyCases } from "../keys";
import { testRule } from "../table";

const onVolume = { variantName: "v", instanceType: "ml.m5.xlarge" };
const serverless = { variantName: "s", serverlessConfig: { memorySizeInMb: 2048, maxConcurrency: 5 } };
const missing = /^kmsKeyArn is not set, so an AWS key encrypts the volumes of the endpoint,/;

testRule(endpointConfigKms, {
  resource: [
    ...keyCases((kmsKeyArn) => ({ kmsKeyArn, productionVariants: [onVolume] }), "kmsKeyArn"),
    {
      it: "rejects a key in a property of other resource types",
      inputs: { kmsKeyId: keyArn, productionVariants: [onVolume] },
      want: [missing],
    },
    { it: "accepts serverless variants, which do not support a key", inputs: { productionVariants: [serverless] } },
    { it: "accepts a configuration without variants", inputs: {} },
    ...["ml.g4dn.xlarge", "ml.g5.2xlarge", "ml.p4d.24xlarge", "ml.m5d.large", "ml.c6gd.xlarge", "ml.r5dn.large", "ml.trn1.2xlarge"].map(
      (instanceType) => ({
        it: `accepts ${instanceType}, which has a local disk without key support`,
        inputs: { productionVariants: [{ variantName: "v", instanceType }] },
      }),
    ),
    ...["ml.c5.large", "ml.m6g.large", "ml.t2.medium", "ml.inf2.xlarge", "ml.p3.2xlarge", "ml.r6g.large", "ml.inf1.xlarge"].map(
      (instanceType) => ({
        it: `rejects ${instanceType} without a key`,
        inputs: { productionVariants: [{ variantName: "v", instanceType }] },
        want: [missing],
      }),
    ),
    {
      it: "rejects one variant with a volume among other variants",
      inputs: { productionVariants: [serverless, onVolume] },
      want: [missing],
    },
    {
      it: "rejects a shadow variant with a volume",
      inputs: { productionVariants: [serverless], shadowProductionVariants: [onVolume] },
      want: [missing],
    },
    {
      it: "accepts an instance type that is unknown at preview",
      inputs: { productionVariants: [{ variantName: "v", instanceType: UNKNOWN }] },
    },
    { it: "accepts variants that are unknown at preview", inputs: { productionVariants: UNKNOWN_ARRAY } },
    {
      it: "evaluates the other variants when a variant is unknown at preview",
      inputs: { productionVariants: [UNKNOWN_OBJECT, onVolume] },
      want: [missing],
    },
    {
      it: "accepts core dumps with a key",
      inputs: {
        kmsKeyArn: keyArn,
        productionVariants: [{ ...onVolume, coreDumpConfig: { destinationS3Uri: "s3://b/d", kmsKeyId: UNKNOWN } }],
      },
    },
    {
      it: "rejects core dumps without a key",
      inputs: { kmsKeyArn: keyArn, productionVariants: [serverless, { ...onVolume, coreDumpConfig: { destinationS3Uri: "s3://b/d" } }] },
      want: [/^coreDumpConfig\.kmsKeyId is not set, so an AWS key encrypts core dumps of variant 1,/],
    },
  ],
});
