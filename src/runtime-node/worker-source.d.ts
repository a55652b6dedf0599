/** The library's worker, bundled whole, as text. The build puts it here. */
export declare const workerSource: string
