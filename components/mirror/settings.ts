// Defines the settings of the package mirror.
import { z } from "zod";
import { fargateSettings } from "./fargate/settings";

/** Fronts through which environments read the mirror. */
const fronts = ["s3", "fargate", "codeartifact"] as const;

export const mirrorSettings = () =>
  z
    .strictObject({
      front: z
        .enum(fronts)
        .describe(
          "How environments read packages. `s3`: through their own S3 gateway endpoint and an access point, without servers. `fargate`: from servers behind an endpoint service. `codeartifact`: from a CodeArtifact repository, with the permissions of their roles and a token.",
        ),
      manifest: z
        .string()
        .min(1)
        .max(512)
        .regex(/^[^/\0][^\0]*\.ya?ml$/)
        .meta({ allowed: "the path of a YAML file, relative to the folder of the project `core`, such as packages.yaml" })
        .describe(
          "Manifest of approved Python packages, relative to the folder of the project. `npx cloister packages` changes and publishes the manifest (docs/packages.md).",
        ),
      publisherRoleArns: z
        .array(
          z
            .string()
            .regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/)
            .meta({ allowed: "the ARN of a role, without wildcards" }),
        )
        .min(1)
        .max(20)
        .describe(
          "Roles of this account that write packages to the mirror, outside of the environments. The bucket policy denies writes by all other principals.",
        ),
      requests: z
        .string()
        .regex(/^[\w.:/?&=#@+ -]{1,120}$/)
        .meta({ allowed: "a URL, an email address or a short text" })
        .optional()
        .meta({ computedDefault: "the owner of the hub" })
        .describe("Where members request packages. pip shows this text if a package is not approved."),
      fargate: fargateSettings(),
      noncurrentDays: z
        .int()
        .min(1)
        .max(36500)
        .prefault(90)
        .describe(
          "Days after which earlier versions of index pages, and removed packages, are deleted. CodeArtifact deletes removed packages at once.",
        ),
    })
    .optional()
    .meta({ computedDefault: "no mirror" })
    .describe(
      "Mirror of approved Python packages, which environments with `packages: core` install without internet access (docs/packages.md).",
    );

export type MirrorSettings = NonNullable<z.output<ReturnType<typeof mirrorSettings>>>;
