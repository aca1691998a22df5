export declare const BAO_HOME: string;
export declare function findBao(): { path: string; source: '.bao' | 'BAO_BIN' | 'PATH' } | undefined;
export declare function findInstalledBao(): string | undefined;
export declare function readBaoVersion(path: string): string;
