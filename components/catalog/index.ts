export { type CatalogPlan, planCatalog } from "./plan";
export { notebookConstraint, notebookNamePrefix, notebookTemplate, type NotebookProductPlan } from "./project/notebook";
export { ProjectPortfolio, type ProjectPortfolioArgs } from "./project/portfolio";
