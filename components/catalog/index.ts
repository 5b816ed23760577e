export { type CatalogPlan, deployedMembers, hasProducts, planCatalog } from "./plan";
export { notebookConstraint, notebookNamePrefix, notebookNameSuffix, notebookTemplate, type NotebookProductPlan } from "./project/notebook";
export { ProjectPortfolio, type ProjectPortfolioArgs, type ProjectProductArgs } from "./project/portfolio";
export { launchedSpaceName, userProfileConstraint, type UserProfileProductPlan, userProfileTemplate } from "./project/user-profile";
