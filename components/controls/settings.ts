// Defines the settings of the detective and corrective controls.
import { z } from "zod";
import { modes } from "./names";
import { roleOrUserArn } from "../stack/common-settings";

export const controlsSettings = () =>
  z
    .strictObject({
      mode: z
        .enum(modes)
        .prefault("observe")
        .describe(
          "What the evaluator does with a resource that violates a control. `observe` reports it. `correct` also stops or deletes it, and tags what remains. `correct` requires that each environment in the account and region has published its allow-list.",
        ),
      dedicated: z
        .boolean()
        .prefault(false)
        .describe(
          "Whether only environments can have SageMaker resources in the account and region. If `true`, a resource of no environment violates a control.",
        ),
      securityHub: z
        .boolean()
        .prefault(false)
        .describe("Whether findings are also imported to AWS Security Hub, which must be enabled in the account and region."),
      deployRoleArns: z
        .array(roleOrUserArn())
        // An event pattern, which contains these roles, has at most 2,048 characters.
        .max(3)
        .prefault([])
        .meta({ computedDefault: "the role that runs the deployment" })
        .describe(
          "Roles that deploy the core stack and environments. A change of the controls or of an allow-list by another principal causes an alarm. The launch role of environments never does.",
        ),
      operatorArns: z
        .array(roleOrUserArn())
        .max(10)
        .prefault([])
        .describe(
          "Roles and users of the platform team that can read events in the dead-letter queue of the evaluator, and return them to its queue. If the list is empty, no principal can.",
        ),
    })
    .optional()
    .describe(
      "Compares SageMaker resources with the guardrails of their environments, and reports or corrects noncompliant resources (docs/controls.md). `{}` creates the evaluator with the default settings. Requires a CloudTrail trail that records management events in the region. If not set, the core stack creates no evaluator.",
    );

export type ControlsSettings = NonNullable<z.output<ReturnType<typeof controlsSettings>>>;
