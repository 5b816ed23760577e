// Names the SSM parameters with the allow-lists of environments. Pure.

/**
 * Path of the allow-lists. An environment cannot have this name, which contains no dash, so the path has no other parameters.
 * The evaluator of the controls reads the path without the paths below it.
 */
export const allowListRoot = "/cloister/controls";

/** `/cloister/controls/fraud-dev` */
export const allowListParameter = (environment: string): string => `${allowListRoot}/${environment}`;
