import { look, type Rule, textAt } from "../../frame";

const token = "aws:kms/key:Key";

/** Asymmetric and HMAC keys, and imported material, cannot rotate. */
function canRotate(props: object): boolean {
  const spec = textAt(props, "customerMasterKeySpec") ?? "SYMMETRIC_DEFAULT";
  const usage = textAt(props, "keyUsage") ?? "ENCRYPT_DECRYPT";
  return spec === "SYMMETRIC_DEFAULT" && usage === "ENCRYPT_DECRYPT" && look(props, "customKeyStoreId").state === "missing";
}

export const keyRotation: Rule = {
  name: "kms-key-rotation",
  description: "Every symmetric key rotates.",
  why: "The longer a key is used, the more is lost with it.",
  fix: "Write enableKeyRotation: true.",
  severity: "medium",
  control: { reference: "SC-12", specification: "Cryptographic key establishment and management" },
  publicIds: [
    "Security Hub KMS.4",
    "Config cmk-backing-key-rotation-enabled",
    "Checkov CKV_AWS_7",
    "Prowler kms_cmk_rotation_enabled",
    "Trivy AWS-0065",
    "cdk-nag AwsSolutions-KMS5",
  ],
  settings: { maxRotationDays: { type: "integer", default: 365, description: "Longest rotation period in days, 90 to 2560." } },
  resource: {
    [token]: ({ props }, report, settings) => {
      if (!canRotate(props)) return;
      const rotation = look(props, "enableKeyRotation");
      if (rotation.state === "unknown") return;
      if (rotation.state === "missing" || rotation.value !== true)
        return report(
          `enableKeyRotation is ${rotation.state === "missing" ? "not set, which means false" : "false"}: the key never changes. Write enableKeyRotation: true.`,
        );
      const period = look(props, "rotationPeriodInDays");
      const most = Number(settings.maxRotationDays ?? 365);
      if (period.state === "known" && Number(period.value) > most)
        report(
          `rotationPeriodInDays is ${Number(period.value)}; the pack's config allows at most ${most}. Write rotationPeriodInDays: ${most}, or leave it out (365).`,
        );
    },
  },
  remedy: {
    [token]: (props) => (canRotate(props) && props.enableKeyRotation !== true ? { ...props, enableKeyRotation: true } : undefined),
  },
};
