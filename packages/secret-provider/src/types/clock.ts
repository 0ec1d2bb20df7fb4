/** Gives the present time in whole seconds since the epoch, as the API's properties count it. */
export type Clock = () => number;
