// SageMaker Projects: the switch of account and region, and the portfolio that people's roles take templates from.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type StudioMember, type StudioSettings } from "./settings";

export interface ProjectRoles {
  /** Role of everybody who has no other, `arn:…:role/…`. */
  executionRoleArn: pulumi.Input<string>;
  /** The same, where it was brought. */
  existingExecutionRoleArn?: string;
  /** Roles of single people, by profile. A `roleArn` of the settings wins. */
  profileRoleArns?: Record<string, pulumi.Input<string>>;
}

/** By parts of names that stay. Brought roles go by their own names: several people may have the same, and one association is all there can be of a role. */
function rolesByName({ executionRoleArn, existingExecutionRoleArn, profileRoleArns = {} }: ProjectRoles, people: StudioMember[]) {
  const brought = (arn: string): [string, pulumi.Input<string>] => [`brought-${arn.split("/").at(-1)}`, arn];
  const ofPeople = people.flatMap(({ profile, roleArn }): [string, pulumi.Input<string>][] => {
    if (roleArn !== undefined) return [brought(roleArn)];
    const own = profileRoleArns[profile];
    return own === undefined ? [] : [[`execution-${profile}`, own]];
  });
  const everybodys: [string, pulumi.Input<string>] =
    existingExecutionRoleArn === undefined ? ["execution", executionRoleArn] : brought(existingExecutionRoleArn);
  return Object.fromEntries([everybodys, ...ofPeople]);
}

/**
 * Switches Projects on, and associates every execution role with the portfolio, if one is set. A role needs rights of its own besides to see and launch what is in it; ours have none.
 * Errors: AWS refuses a portfolio that the account neither has nor imports at update, not at preview.
 * Source: AWS "Granting SageMaker Studio Permissions Required to Use Projects"; AWS API `AssociatePrincipalWithPortfolio`.
 */
export function openProjects(
  name: string,
  { projects, projectsPortfolioId }: StudioSettings,
  roles: ProjectRoles,
  people: StudioMember[],
  childOptions: pulumi.CustomResourceOptions,
): void {
  if (!projects) return;
  const isOn = new aws.sagemaker.ServicecatalogPortfolioStatus(`${name}-projects`, { status: "Enabled" }, childOptions);
  if (projectsPortfolioId === undefined) return;
  for (const [role, principalArn] of Object.entries(rolesByName(roles, people)))
    new aws.servicecatalog.PrincipalPortfolioAssociation(
      `${name}-projects-${role}`,
      { portfolioId: projectsPortfolioId, principalArn, principalType: "IAM" },
      // AWS's portfolio is imported by the switch.
      { ...childOptions, dependsOn: isOn },
    );
}
