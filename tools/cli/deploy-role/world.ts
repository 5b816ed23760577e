// Bootstraps the target accounts of a sandbox world, as an administrator of each account does.
import { type World } from "@cloister/sandbox";
import { type Session } from "../engine";
import { type StackPlan } from "../stacks";
import { deleteBootstrap, deployBootstrap } from "./deploy";
import { planBootstrap } from "./request";

/** The role of the world's credentials, which every account of the world has. */
export const worldRole = "OrganizationAccountAccessRole";

const plansIn = ({ hubAccount, region }: World, stacks: readonly StackPlan[]) =>
  stacks
    .filter(({ project }) => project === "cloister-target-accounts")
    .map((stack) => planBootstrap(stack, stacks, { trust: [`arn:aws:iam::${hubAccount}:role/${worldRole}`], region }));

const request = { through: worldRole, print: () => {}, pollMs: 50 };

/** Creates the deploy roles of all stages of target accounts among these stacks. */
export async function bootstrapWorld(session: Session, world: World, stacks: readonly StackPlan[]): Promise<void> {
  for (const plan of plansIn(world, stacks)) await deployBootstrap(session, plan, request);
}

/** Deletes what `bootstrapWorld` created. */
export async function endBootstrap(session: Session, world: World, stacks: readonly StackPlan[]): Promise<void> {
  for (const plan of plansIn(world, stacks)) await deleteBootstrap(session, plan, request);
}
