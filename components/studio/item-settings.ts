// Defines the settings of single profiles, spaces, images and notebook instances.
import { z } from "zod";
import {
  gitNameField,
  idleMinutesField,
  instanceTypeField,
  instanceTypesField,
  nameAllowed,
  nameField,
  namePartField,
  volumeField,
} from "./fields";

const profile = z.strictObject({
  name: nameField("Name of the user profile. Changing the name **replaces** the profile."),
  person: z
    .string()
    .regex(/^[\p{L}\p{N}_.+=@-]{1,128}$/u)
    .meta({ allowed: "1 to 128 letters, digits and _ . + = @ -" })
    .optional()
    .meta({ computedDefault: "the name of the profile" })
    .describe(
      "Sign-in name of the data scientist, and the value of the tag `cloister:person`. With IAM Identity Center, the user name: changing the name then **replaces** the profile.",
    ),
  gitName: gitNameField().optional().meta({ computedDefault: "`person`" }).describe("Author name in Git commits. Requires `git`."),
  instanceTypes: instanceTypesField()
    .optional()
    .meta({ computedDefault: "the environment's `instanceTypes`" })
    .describe("Instance types that the profile's apps can use. Each must be one of the environment's `instanceTypes`."),
  idleMinutes: idleMinutesField()
    .optional()
    .meta({ computedDefault: "the environment's `idleMinutes`" })
    .describe("Minutes without activity after which the profile's apps stop."),
  roleArn: z
    .string()
    .regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/)
    .meta({ allowed: "the ARN of a role" })
    .optional()
    .meta({ computedDefault: "a role created by Cloister" })
    .describe("Existing execution role for this profile."),
});

/** A string is the name of a profile without other settings. */
export const profileOrName = z
  .preprocess((value, context) => {
    if (typeof value !== "string") return value;
    if (!nameField("").safeParse(value).success) context.addIssue({ code: "custom", message: `must be ${nameAllowed}`, input: value });
    return { name: value };
  }, profile)
  .meta({ allowed: `a name of ${nameAllowed}, or an object with the keys ${Object.keys(profile.shape).join(", ")}` });

export const space = z.strictObject({
  name: nameField("Name of the space. Changing the name **replaces** the space and its volume."),
  owner: nameField("Profile that owns the space. Changing the owner **replaces** the space and its volume."),
  sharing: z
    .enum(["private", "shared"])
    .prefault("private")
    .describe(
      "`private`: only the owner can open the space. `shared`: every member of the domain can open the space. Changing the sharing type **replaces** the space and its volume.",
    ),
  app: z
    .enum(["jupyterlab", "codeeditor"])
    .prefault("jupyterlab")
    .describe("App in the space. Changing the app **replaces** the space and its volume."),
  volumeGb: volumeField()
    .optional()
    .meta({ computedDefault: "`volumeGb.default`" })
    .describe(
      "Size of the volume in GB when the space is created. Later, members change the size in Studio: the volume can grow, but not shrink.",
    ),
  instanceType: instanceTypeField()
    .optional()
    .meta({ computedDefault: "the owner's default instance type" })
    .describe("Instance type of the app when the space is created. Later, members change the instance type in Studio."),
});

export const image = z.strictObject({
  name: namePartField("Name of the image. SageMaker shows `<environment>-<name>`."),
  imageUri: z
    .string()
    .max(255)
    .regex(/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9._/-]+(@sha256:[0-9a-f]{64}|:[\w.-]{1,128})$/)
    .meta({ allowed: "an ECR image such as 111122223333.dkr.ecr.eu-central-1.amazonaws.com/studio@sha256:<64 digits>" })
    .describe(
      "Image in an ECR repository in the same region. Use a digest: AWS resolves a tag only once, when creating the image version.",
    ),
  apps: z
    .array(z.enum(["jupyterlab", "codeeditor"]))
    .min(1)
    .prefault(["jupyterlab"])
    .describe("Apps that can use the image."),
  entrypoint: z
    .string()
    .max(256)
    .regex(/\S/)
    .meta({ allowed: "a program of at most 256 characters" })
    .optional()
    .meta({ computedDefault: "the entry point of the image" })
    .describe("Entry point of the container."),
  arguments: z
    .array(z.string().max(64).regex(/\S/).meta({ allowed: "a string of at most 64 characters" }))
    .max(50)
    .prefault([])
    .describe("Arguments of the entry point."),
  environment: z
    .record(z.string().min(1).max(256), z.string().max(256))
    .refine((variables) => Object.keys(variables).length <= 25, { message: "must have at most 25 variables" })
    .prefault({})
    .meta({ allowed: "an object of at most 25 strings" })
    .describe("Environment variables of the container."),
});

export const notebook = z.strictObject({
  name: namePartField(
    "Name of the notebook instance. SageMaker shows `<environment>-<name>`. Changing the name **replaces** the instance and its volume.",
  ),
  owner: nameField("Profile of the data scientist who uses the instance."),
  instanceType: instanceTypeField()
    .optional()
    .meta({ computedDefault: "the owner's default instance type" })
    .describe("Instance type. Changing the type restarts the instance."),
  volumeGb: volumeField().prefault(20).describe("Size of the volume in GB. The volume can grow, but not shrink."),
  idleMinutes: idleMinutesField()
    .optional()
    .meta({ computedDefault: "the owner's `idleMinutes`" })
    .describe("Minutes without activity after which the instance stops."),
});
