import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type StudioMember } from "./members";
import { type StudioSettings } from "./settings";

export interface ProjectRoles {
  /** Default execution role, `arn:…:role/…`. */
  executionRoleArn: pulumi.Input<string>;
  /** The default execution role, if it is an existing role. */
  existingExecutionRoleArn?: string;
  /** Execution roles by profile. `roleArn` in the settings takes precedence. */
  profileRoleArns: Record<string, pulumi.Input<string>>;
}

/**
 * Execution roles by the last part of the Pulumi resource name.
 * For existing roles, this is the role name: members can share a role, and AWS allows only one association per role.
 */
function rolesByName({ executionRoleArn, existingExecutionRoleArn, profileRoleArns }: ProjectRoles, members: readonly StudioMember[]) {
  const existing = (arn: string): [string, pulumi.Input<string>] => [`brought-${arn.split("/").at(-1)}`, arn];
  const memberRoles = members.flatMap(({ profile, roleArn }): [string, pulumi.Input<string>][] => {
    if (roleArn !== undefined) return [existing(roleArn)];
    const profileRole = profileRoleArns[profile];
    return profileRole === undefined ? [] : [[`execution-${profile}`, profileRole]];
  });
  const defaultRole: [string, pulumi.Input<string>] =
    existingExecutionRoleArn === undefined ? ["execution", executionRoleArn] : existing(existingExecutionRoleArn);
  return Object.fromEntries([defaultRole, ...memberRoles]);
}

/**
 * Enables SageMaker Projects. Associates every execution role with the portfolio, if the settings name a portfolio.
 * Roles created by Cloister have no permission to launch the portfolio's products.
 * Errors: AWS rejects a portfolio that the account neither owns nor imports at update, not at preview.
 * Source: AWS "Granting SageMaker Studio Permissions Required to Use Projects"; AWS API
 * `AssociatePrincipalWithPortfolio`.
 */
export function enableProjects(
  name: string,
  { projects, projectsPortfolioId }: StudioSettings,
  roles: ProjectRoles,
  members: readonly StudioMember[],
  childOptions: pulumi.CustomResourceOptions,
): void {
  if (!projects) return;
  const enabled = new aws.sagemaker.ServicecatalogPortfolioStatus(`${name}-projects`, { status: "Enabled" }, childOptions);
  if (projectsPortfolioId === undefined) return;
  for (const [role, principalArn] of Object.entries(rolesByName(roles, members)))
    new aws.servicecatalog.PrincipalPortfolioAssociation(
      `${name}-projects-${role}`,
      { portfolioId: projectsPortfolioId, principalArn, principalType: "IAM" },
      // Enabling SageMaker Projects imports the AWS portfolio.
      { ...childOptions, dependsOn: enabled },
    );
}
