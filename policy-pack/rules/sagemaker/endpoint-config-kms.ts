import { itemsAt, readValue, requireCustomerKey, type Rule, stringAt } from "../../rule-kit";
import { hasLocalDisk } from "./local-disks";

export const endpointConfigKms: Rule = {
  name: "sagemaker-endpoint-config-kms",
  description: "The volumes of every endpoint are encrypted with a customer managed key.",
  risk: "Model artifacts and request data on disk are encrypted with a key that AWS controls, and that you cannot restrict or revoke.",
  fix: "Set kmsKeyArn: <ARN of a customer managed key>. Changing it replaces the endpoint configuration.",
  severity: "high",
  control: { reference: "SC-28", specification: "Protection of information at rest" },
  publicIds: [
    "Config sagemaker-endpoint-configuration-kms-key-configured",
    "Checkov CKV_AWS_98",
    "Prowler sagemaker_endpoint_config_kms_encryption_enabled",
    "cdk-nag SageMakerEndpointConfigurationKMSKeyConfigured",
  ],
  resource: {
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": ({ props }, report) => {
      const variants = ["productionVariants", "shadowProductionVariants"].flatMap((list) => itemsAt(props, list));
      // SageMaker rejects a key for local disks, which hardware encrypts.
      // Source: AWS API `CreateEndpointConfig`, KmsKeyId.
      const volumes = variants.some((variant) => {
        if (variant.state !== "known" || readValue(variant.value, "serverlessConfig").state === "known") return false;
        const type = stringAt(variant.value, "instanceType");
        return type !== undefined && !hasLocalDisk(type);
      });
      if (volumes) requireCustomerKey(props, ["kmsKeyArn"], "the volumes of the endpoint", report);
      for (const [i, variant] of itemsAt(props, "productionVariants").entries())
        if (variant.state === "known" && readValue(variant.value, "coreDumpConfig").state === "known")
          requireCustomerKey(variant.value as object, ["coreDumpConfig", "kmsKeyId"], `core dumps of variant ${i}`, report);
    },
  },
};
