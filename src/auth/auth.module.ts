import { Module } from '@nestjs/common';
import { AuthenticationGuard } from './authentication.guard.js';

@Module({ providers: [AuthenticationGuard], exports: [AuthenticationGuard] })
export class AuthModule {}
