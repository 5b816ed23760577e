// Defines the settings of products that users launch from AWS Service Catalog.
import { z } from "zod";
import { idleMinutesField, instanceTypesField, nameField, volumeField } from "../studio/fields";

const notebooks = z.strictObject({
  instanceTypes: instanceTypesField()
    .optional()
    .meta({ computedDefault: "the owner's instance types that notebook instances support" })
    .describe("Instance types that users can select, if the owner can use them. Each must be one of `studio.instanceTypes`."),
  volumeGb: z
    .strictObject({
      default: volumeField().prefault(20).describe("Default volume size."),
      maximum: volumeField().prefault(100).describe("Maximum volume size that users can select."),
    })
    .prefault({})
    .describe("Volume sizes of notebook instances, in GB."),
  idleMinutes: idleMinutesField()
    .optional()
    .meta({ computedDefault: "the owner's `idleMinutes`" })
    .describe("Minutes without activity after which an instance stops."),
});

const userProfiles = z.strictObject({
  profiles: z
    .array(nameField("Name of a profile of `studio.profiles`."))
    .min(1)
    .refine((names) => new Set(names).size === names.length, { message: "must not list a profile twice" })
    .describe(
      "Profiles of `studio.profiles` that their data scientists launch. Adding a profile that the deployment created **deletes** this user profile: delete its spaces first.",
    ),
});

export const catalogSettings = () =>
  z
    .strictObject({
      notebooks: notebooks
        .optional()
        .meta({ computedDefault: "no product" })
        .describe(
          "Product for notebook instances, which data scientists launch for any profile. `{}` creates the product with default values. Requires the network feature `notebooks`. If users work only from the network, also requires the endpoint `servicecatalog` in `network.endpoints.add` (docs/catalog.md).",
        ),
      userProfiles: userProfiles
        .optional()
        .meta({ computedDefault: "no product" })
        .describe(
          "A product for each of these Studio user profiles, with a private space. Only the data scientist of the profile can launch the product. The deployment does not create these profiles. If users work only from the network, requires the endpoint `servicecatalog` in `network.endpoints.add` (docs/catalog.md).",
        ),
    })
    .prefault({})
    .describe("Products in AWS Service Catalog that data scientists launch without permissions for SageMaker.");

export type CatalogSettings = z.output<ReturnType<typeof catalogSettings>>;
export type NotebookProductSettings = NonNullable<CatalogSettings["notebooks"]>;
export type UserProfileProductSettings = NonNullable<CatalogSettings["userProfiles"]>;
