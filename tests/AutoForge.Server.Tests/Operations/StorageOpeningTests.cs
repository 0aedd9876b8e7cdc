using AutoForge.Engine.Storage;
using AutoForge.Server.Operations;
using AutoForge.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoForge.Server.Tests.Operations;

/// <summary>The host is put together while the database opens: nothing of it may need the database yet, and nothing may be left behind.</summary>
public sealed class StorageOpeningTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    [Fact]
    public async Task Host_IsPutTogetherBeforeTheDatabaseIsThere()
    {
        var builder = Builder("AutoForge:Database=Host=127.0.0.1;Port=1;Username=nobody");
        await using var storage = StorageOpening.Begin(builder, NullLoggerFactory.Instance);
        builder.AddAutoForgeServer(storage);

        await using var app = builder.Build();
        app.MapAutoForge();

        Assert.False(storage.Completion.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => app.Services.GetRequiredService<Database>());
    }

    [Fact]
    public async Task Open_TheHostHasTheDatabaseAndEndsIt()
    {
        var builder = Builder();
        await using (var storage = StorageOpening.Begin(builder, NullLoggerFactory.Instance))
        {
            builder.AddAutoForgeServer(storage);
            await using var app = builder.Build();
            await storage.Completion;
            Assert.Same(storage.Database, app.Services.GetRequiredService<Database>());
            Assert.True(File.Exists(PidFile));
        }

        Assert.False(File.Exists(PidFile));
    }

    [Fact]
    public async Task GivenUpWhileItOpens_LeavesNoServerBehind()
    {
        var storage = StorageOpening.Begin(Builder(), NullLoggerFactory.Instance);
        await storage.DisposeAsync();

        Assert.True(storage.Completion.IsCompleted);
        Assert.False(File.Exists(PidFile));
    }

    [Fact]
    public async Task CannotOpen_SaysWhy()
    {
        await using var storage = StorageOpening.Begin(Builder("AutoForge:MasterKey=short"), NullLoggerFactory.Instance);

        var error = await Assert.ThrowsAsync<AutoForgeException>(() => storage.Completion);
        Assert.Equal("invalid_master_key", error.Code);
        Assert.False(File.Exists(PidFile), "What was open when it failed stays open.");
    }

    private string PidFile => Path.Combine(_directory.Path, "postgres", "cluster", "postmaster.pid");

    private WebApplicationBuilder Builder(params string[] settings) => WebApplication.CreateBuilder(
        ["--urls=http://127.0.0.1:0", $"--AutoForge:DataDirectory={_directory.Path}", .. settings.Select(setting => "--" + setting)]);

    public void Dispose() => _directory.Dispose();
}
