namespace StructuredConcurrency.Simulation.Tests;

/// <summary>The example of the project's README, compiled: what stands between the markers is what the README shows.</summary>
public static class ReadmeExample
{
    // README: account
    public sealed class Account(int balance)
    {
        public int Balance { get; private set; } = balance;

        public SemaphoreSlim Gate { get; } = new(1);

        public async Task WithdrawAsync(int amount)
        {
            var before = Balance;
            await AuditAsync(); // a deposit may come between reading and writing
            Balance = before - amount;
        }

        public async Task DepositAsync(int amount)
        {
            await AuditAsync();
            Balance += amount;
        }

        public static async Task TransferAsync(Account from, Account to, int amount)
        {
            await from.Gate.WaitAsync();
            await AuditAsync();
            await to.Gate.WaitAsync(); // while somebody who goes the other way holds it
            from.Balance -= amount;
            to.Balance += amount;
            to.Gate.Release();
            from.Gate.Release();
        }

        public static async Task AuditAsync() => await Task.Yield();
    }

    // README: end
    // README: lost update
    public static Task WithdrawalMeetsDeposit() => Schedules.ExploreAsync(async () =>
    {
        var account = new Account(100);
        await TaskGroup.RunAsync(group =>
        {
            group.Start(_ => account.WithdrawAsync(30), "Ann");
            group.Start(_ => account.DepositAsync(50), "Ben");
            return Task.CompletedTask;
        });
        Assert.Equal(120, account.Balance);
    });

    // README: end
    // README: deadlock
    public static Task TransfersBothWays() => Schedules.ExploreAsync(async () =>
    {
        var (a, b) = (new Account(100), new Account(100));
        await TaskGroup.RunAsync(group =>
        {
            group.Start(_ => Account.TransferAsync(a, b, 10), "there");
            group.Start(
                async _ =>
                {
                    await Account.AuditAsync();
                    await Account.TransferAsync(b, a, 20);
                },
                "back");
            return Task.CompletedTask;
        });
        Assert.Equal(200, a.Balance + b.Balance);
    });

    // README: end
}
