using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Microsoft.Playwright;

namespace AutoForge.Bench;

/// <summary>
/// What the designer's pages cost a browser: bytes over the wire and time until they can be used, with an empty cache and with
/// a full one, on one machine in one run.
/// </summary>
internal static class PageLoads
{
    private const int Repeats = 3;

    public static async Task RunAsync()
    {
        using var data = new TestDirectory();
        await using var server = await ServerProcess.StartAsync(new Dictionary<string, string> { ["AutoForge__DataDirectory"] = data.Path });
        using var account = await server.RegisterAsync();
        var publication = await account.PublishAsync(Draw.Chain("Loads", Draw.Webhook(), Draw.Activity("note", "Elsa.WriteLine", ("text", Draw.Literal("hello")))));
        var definitionId = publication["definitionId"]!.GetValue<string>();
        var started = await account.PostAsync($"/api/v1/workflows/{definitionId}/run");
        var run = await account.EndOfAsync(started.Body!["runId"]!.GetValue<string>());

        (string Name, string Path, string Usable)[] pages =
        [
            ("list", "/workflows/definitions", "elsa-workflow-definition-list tbody tr"),
            ("editor", $"/workflows/definitions/{definitionId}/edit", "elsa-workflow-definition-editor .elsa-activity"),
            ("viewer", $"/workflows/instances/{run["id"]}/view", "elsa-workflow-instance-viewer .elsa-activity"),
        ];

        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox"],
        });

        Console.WriteLine("page    cache  requests      bytes  usable after (median of 3)");
        foreach (var page in pages)
        {
            var cold = new List<Load>();
            var warm = new List<Load>();
            for (var i = 0; i < Repeats; i++)
            {
                await using var browser = await chromium.NewContextAsync(new() { BaseURL = server.Address.ToString() });
                await SignInAsync(browser, account.Email);
                cold.Add(await LoadAsync(browser, page.Path, page.Usable));
                warm.Add(await LoadAsync(browser, page.Path, page.Usable));
            }
            Print(page.Name, "cold", cold);
            Print(page.Name, "warm", warm);
        }
    }

    private static async Task SignInAsync(IBrowserContext browser, string email)
    {
        var page = await browser.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(ApiClient.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/dashboard$"));
        await page.CloseAsync();
    }

    private static async Task<Load> LoadAsync(IBrowserContext browser, string path, string usable)
    {
        var page = await browser.NewPageAsync();
        var devTools = await browser.NewCDPSessionAsync(page);
        var (requests, bytes) = (0, 0.0);
        devTools.Event("Network.loadingFinished").OnEvent += (_, e) => bytes += e!.Value.GetProperty("encodedDataLength").GetDouble();
        devTools.Event("Network.requestWillBeSent").OnEvent += (_, _) => requests++;
        await devTools.SendAsync("Network.enable");

        var watch = Stopwatch.StartNew();
        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Commit });
        await page.Locator(usable).First.WaitForAsync(new() { Timeout = 60_000 });
        var time = watch.Elapsed;
        // What it still fetches in the background counts as well.
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.CloseAsync();
        return new Load(requests, bytes, time);
    }

    private static void Print(string page, string cache, List<Load> loads)
    {
        var median = loads.OrderBy(load => load.Time).ElementAt(loads.Count / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{page,-7} {cache,-5} {median.Requests,9} {median.Bytes / 1024,7:0} KiB  {median.Time.TotalSeconds:0.0} s"));
    }

    private sealed record Load(int Requests, double Bytes, TimeSpan Time);
}
