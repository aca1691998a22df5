export declare const KAFKA_HOME: string;
export declare const INSTALLED: string;
export declare function readJarList(): string;
export declare function findJava(): string | undefined;
export declare function findKafka(): { java: string; classPath: string; version: string } | undefined;
