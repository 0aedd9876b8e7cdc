namespace AutoForge.Server.Accounts;

/// <summary>Opens a money account with its welcome credit (US cents). A repeat changes nothing.</summary>
internal delegate Task OpenAccount(Guid accountId, long welcomeCreditCents, CancellationToken cancellationToken);
