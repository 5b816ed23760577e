// Defines the settings of the front `fargate`.
import { z } from "zod";
import { accountId, retentionDays } from "../../stack/common-settings";

export const fargateSettings = () =>
  z
    .strictObject({
      image: z
        .string()
        .regex(/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9]+([._/-][a-z0-9]+)*@sha256:[0-9a-f]{64}$/)
        .meta({ allowed: "an ECR image with a digest, `<account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<digest>`" })
        .describe("Container image of the server, built from `mirror/Dockerfile`, in this region."),
      architecture: z
        .enum(["X86_64", "ARM64"])
        .prefault("X86_64")
        .describe("Architecture of the image. Tasks on `ARM64` cost a fifth less."),
      tasks: z.int().min(2).max(10).prefault(2).describe("Tasks of the server, spread over the Availability Zones of the VPC."),
      certificateArn: z
        .string()
        .regex(/^arn:[\w-]+:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/)
        .meta({ allowed: "the ARN of an ACM certificate" })
        .describe(
          "ACM certificate of the load balancer in this region, which contains the name `host`. Apps and jobs must trust its certificate authority.",
        ),
      host: z
        .string()
        .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/)
        .meta({ allowed: "a domain in lowercase such as pypi.bank.example" })
        .describe("DNS name of the mirror in all environments. Changing the name **replaces** their hosted zones."),
      accounts: z
        .array(accountId())
        .max(50)
        .prefault([])
        .describe("Accounts besides this account whose networks can connect to the endpoint service."),
      logRetentionDays: retentionDays().prefault(365).describe("Retention of the request log in days."),
    })
    .optional()
    .describe(
      "Servers of the front `fargate`: tasks behind an internal load balancer and an endpoint service, in the VPC of `cloister-core:network`. Required with this front.",
    );

export type FargateSettings = NonNullable<z.output<ReturnType<typeof fargateSettings>>>;
