//! The tables, as both engines have them. `tests/parity.rs` compares this file with the databases.

diesel::table! {
    brands (id) {
        id -> BigInt,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    members (id) {
        id -> BigInt,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        platform_admin -> Bool,
        created_at -> BigInt,
        mention_mails -> Bool,
        time_zone -> Text,
    }
}

diesel::table! {
    memberships (brand_id, member_id) {
        brand_id -> BigInt,
        member_id -> BigInt,
        role -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    invitations (id) {
        id -> BigInt,
        brand_id -> BigInt,
        email -> Text,
        role -> Text,
        token_hash -> Text,
        invited_by -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
        accepted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (token_hash) {
        token_hash -> Text,
        member_id -> BigInt,
        csrf -> Text,
        user_agent -> Text,
        created_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
        only_brand -> Nullable<BigInt>,
    }
}

diesel::table! {
    authenticators (member_id) {
        member_id -> BigInt,
        sealed_secret -> Text,
        last_step -> BigInt,
        created_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_codes (member_id, code_hash) {
        member_id -> BigInt,
        code_hash -> Text,
    }
}

diesel::table! {
    passkeys (id) {
        id -> BigInt,
        member_id -> BigInt,
        credential_id -> Text,
        credential -> Text,
        name -> Text,
        created_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ceremonies (token_hash) {
        token_hash -> Text,
        member_id -> Nullable<BigInt>,
        state -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    password_resets (token_hash) {
        token_hash -> Text,
        member_id -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    sign_in_rules (brand_id) {
        brand_id -> BigInt,
        second_step -> Bool,
        passwords -> Bool,
        issuer -> Text,
        client_id -> Text,
        sealed_secret -> Text,
        domains -> Text,
        newcomers -> Nullable<Text>,
        updated_at -> BigInt,
    }
}

diesel::table! {
    removed_members (brand_id, member_id) {
        brand_id -> BigInt,
        member_id -> BigInt,
        removed_at -> BigInt,
    }
}

diesel::table! {
    closures (account_id) {
        account_id -> BigInt,
        closed_at -> BigInt,
        closed_by -> Nullable<BigInt>,
        closed_name -> Text,
        state_before -> Text,
        reason_before -> Text,
        ends_at -> BigInt,
        reached -> BigInt,
        emptied_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    vouched_members (brand_id, subject) {
        brand_id -> BigInt,
        subject -> Text,
        member_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    mails (id) {
        id -> BigInt,
        recipient -> Text,
        content -> Text,
        state -> Text,
        attempts -> Integer,
        next_at -> BigInt,
        error -> Nullable<Text>,
        created_at -> BigInt,
        sent_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    host_apps (id) {
        id -> BigInt,
        issuer -> Text,
        sealed_key -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        host_app_id -> BigInt,
        subject -> Text,
        name -> Text,
        picture -> Nullable<Text>,
        locale -> Text,
        created_at -> BigInt,
        platform -> Nullable<Text>,
    }
}

diesel::table! {
    accounts (id) {
        id -> BigInt,
        brand_id -> BigInt,
        kind -> Text,
        verified -> Bool,
        handle -> Text,
        name -> Text,
        description -> Text,
        app_id -> Text,
        secret_hash -> Text,
        original_id -> Text,
        sealed_openid_key -> Text,
        time_zone -> Text,
        follower_count -> BigInt,
        last_broadcast_seq -> BigInt,
        created_at -> BigInt,
        state -> Text,
        state_reason -> Text,
        picture_key -> Nullable<Text>,
        language -> Text,
    }
}

diesel::table! {
    followers (id) {
        id -> BigInt,
        account_id -> BigInt,
        user_id -> BigInt,
        openid -> Text,
        followed_at -> BigInt,
        unfollowed_at -> Nullable<BigInt>,
        scene -> Nullable<Text>,
        source -> Text,
        remark -> Text,
        scene_numeric -> Bool,
        scene_ticket -> Nullable<Text>,
        blocked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    follower_words (account_id, word, follower_id) {
        account_id -> BigInt,
        word -> Text,
        follower_id -> BigInt,
    }
}

diesel::table! {
    follower_texts (follower_id) {
        follower_id -> BigInt,
        text -> Text,
    }
}

diesel::table! {
    stale_followers (id) {
        id -> BigInt,
        follower_id -> BigInt,
    }
}

diesel::table! {
    tags (id) {
        id -> BigInt,
        account_id -> BigInt,
        number -> BigInt,
        name -> Text,
        follower_count -> BigInt,
        created_at -> BigInt,
        removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    taggings (tag_id, follower_id, from_seq) {
        tag_id -> BigInt,
        follower_id -> BigInt,
        from_seq -> BigInt,
        until_seq -> Nullable<BigInt>,
    }
}

diesel::table! {
    followings (id) {
        id -> BigInt,
        account_id -> BigInt,
        follower_id -> BigInt,
        gained -> Bool,
        source -> Text,
        total -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    conversations (follower_id) {
        follower_id -> BigInt,
        account_id -> BigInt,
        user_id -> BigInt,
        last_seq -> BigInt,
        last_inbound_seq -> BigInt,
        last_outbound_seq -> BigInt,
        follower_read_seq -> BigInt,
        account_read_seq -> BigInt,
        window_until -> BigInt,
        window_left -> Integer,
        last_event_second -> BigInt,
        last_at -> BigInt,
        deliverer -> Nullable<BigInt>,
        agent_id -> Nullable<BigInt>,
        agent_until -> Nullable<BigInt>,
        typing_until -> Nullable<BigInt>,
        attended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    cases (follower_id) {
        follower_id -> BigInt,
        account_id -> BigInt,
        state -> Text,
        assignee_id -> Nullable<BigInt>,
        waiting_since -> Nullable<BigInt>,
        unread -> Bool,
        last_at -> BigInt,
        queue_id -> Nullable<BigInt>,
        settled_seq -> BigInt,
    }
}

diesel::table! {
    team_queues (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        place -> Integer,
        created_at -> BigInt,
    }
}

diesel::table! {
    team_queue_tags (queue_id, tag_id) {
        queue_id -> BigInt,
        tag_id -> BigInt,
    }
}

diesel::table! {
    team_queue_members (queue_id, member_id) {
        queue_id -> BigInt,
        member_id -> BigInt,
    }
}

diesel::table! {
    refilings (account_id) {
        account_id -> BigInt,
        last_follower_id -> BigInt,
    }
}

diesel::table! {
    desk_settings (account_id) {
        account_id -> BigInt,
        first_reply_minutes -> Integer,
        bot_rests -> Bool,
    }
}

diesel::table! {
    marks (name) {
        name -> Text,
        last_id -> BigInt,
    }
}

diesel::table! {
    notes (id) {
        id -> BigInt,
        account_id -> BigInt,
        follower_id -> BigInt,
        member_id -> Nullable<BigInt>,
        body -> Text,
        failure -> Nullable<Text>,
        after_seq -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    mentions (note_id, member_id) {
        note_id -> BigInt,
        member_id -> BigInt,
        account_id -> BigInt,
        seen_at -> Nullable<BigInt>,
        mail_at -> Nullable<BigInt>,
        mailed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    canned_answers (id) {
        id -> BigInt,
        account_id -> BigInt,
        shortcut -> Text,
        body -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    scheduled_replies (id) {
        id -> BigInt,
        account_id -> BigInt,
        follower_id -> BigInt,
        member_id -> BigInt,
        content -> Text,
        client_id -> Text,
        state -> Text,
        send_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        account_id -> BigInt,
        follower_id -> BigInt,
        seq -> BigInt,
        sender -> Text,
        origin -> Text,
        content -> Text,
        client_id -> Nullable<Text>,
        member_id -> Nullable<BigInt>,
        created_at -> BigInt,
        agent_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    media (id) {
        id -> BigInt,
        media_key -> Text,
        account_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        kind -> Text,
        mime -> Text,
        size -> BigInt,
        width -> Nullable<Integer>,
        height -> Nullable<Integer>,
        name -> Text,
        title -> Nullable<Text>,
        introduction -> Nullable<Text>,
        permanent -> Bool,
        has_thumbnail -> Bool,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    menus (account_id) {
        account_id -> BigInt,
        menu_id -> BigInt,
        buttons -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    conditional_menus (id) {
        id -> BigInt,
        account_id -> BigInt,
        rule -> Text,
        buttons -> Text,
        created_at -> BigInt,
        place -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    menu_drafts (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        rule -> Text,
        replaces -> Nullable<BigInt>,
        buttons -> Text,
        publish_at -> Nullable<BigInt>,
        failure -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    menu_history (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        rule -> Text,
        buttons -> Text,
        published_at -> BigInt,
    }
}

diesel::table! {
    nodes (id) {
        id -> BigInt,
        number -> Integer,
        process -> Text,
        started_at -> BigInt,
        lease_until -> BigInt,
    }
}

diesel::table! {
    changes (number) {
        number -> BigInt,
        account_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    endpoints (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        dialect -> Text,
        url -> Text,
        mode -> Text,
        sealed_secrets -> Text,
        sealed_previous -> Nullable<Text>,
        previous_until -> Nullable<BigInt>,
        sealed_headers -> Text,
        hears -> Text,
        timeout_ms -> Nullable<Integer>,
        persistent -> Bool,
        rate -> Nullable<Integer>,
        concurrency -> Nullable<Integer>,
        may_answer -> Bool,
        enabled -> Bool,
        off_reason -> Nullable<Text>,
        failing_since -> Nullable<BigInt>,
        failed_at -> Nullable<BigInt>,
        warned_at -> Nullable<BigInt>,
        verified_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    events (id) {
        id -> BigInt,
        account_id -> BigInt,
        follower_id -> Nullable<BigInt>,
        fact -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    deliveries (id) {
        id -> BigInt,
        event_id -> BigInt,
        endpoint_id -> BigInt,
        account_id -> BigInt,
        follower_id -> Nullable<BigInt>,
        kind -> Text,
        state -> Text,
        replay -> Bool,
        attempts -> Integer,
        retries -> Integer,
        leased_by -> Nullable<BigInt>,
        next_at -> BigInt,
        verdict -> Nullable<Text>,
        status -> Nullable<Integer>,
        took_ms -> Nullable<Integer>,
        answer -> Nullable<Text>,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    attempts (id) {
        id -> BigInt,
        delivery_id -> BigInt,
        number -> Integer,
        at -> BigInt,
        took_ms -> Integer,
        request -> Text,
        status -> Nullable<Integer>,
        answer -> Text,
        verdict -> Text,
    }
}

diesel::table! {
    recoveries (id) {
        id -> BigInt,
        account_id -> BigInt,
        endpoint_id -> BigInt,
        first_id -> BigInt,
        last_id -> BigInt,
        failed_only -> Bool,
        reached_id -> BigInt,
        resent -> BigInt,
        state -> Text,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    access_tokens (token_hash) {
        token_hash -> Text,
        account_id -> BigInt,
        kind -> Text,
        sealed_token -> Text,
        issued_at -> BigInt,
        expires_at -> BigInt,
        number -> Integer,
    }
}

diesel::table! {
    grants (id) {
        id -> BigInt,
        follower_id -> BigInt,
        account_id -> BigInt,
        scope -> Text,
        code_hash -> Nullable<Text>,
        code_used -> Bool,
        code_expires_at -> BigInt,
        access_hash -> Nullable<Text>,
        access_expires_at -> BigInt,
        refresh_hash -> Nullable<Text>,
        refresh_expires_at -> BigInt,
    }
}

diesel::table! {
    scene_codes (id) {
        id -> BigInt,
        account_id -> BigInt,
        ticket -> Text,
        scene -> Text,
        numeric -> Bool,
        expires_at -> Nullable<BigInt>,
        created_at -> BigInt,
        name -> Text,
        scans -> BigInt,
        gained -> BigInt,
        lost -> BigInt,
    }
}

diesel::table! {
    tallies (account_id, noun, item, at) {
        account_id -> BigInt,
        noun -> Text,
        item -> Text,
        at -> BigInt,
        count -> BigInt,
    }
}

diesel::table! {
    templates (id) {
        id -> BigInt,
        account_id -> BigInt,
        template_key -> Text,
        title -> Text,
        content -> Text,
        example -> Text,
        created_at -> BigInt,
        short -> Text,
        kind -> Text,
        purpose -> Text,
        banned -> Bool,
    }
}

diesel::table! {
    industries (account_id) {
        account_id -> BigInt,
        first -> Integer,
        second -> Integer,
        set_at -> BigInt,
    }
}

diesel::table! {
    permits (follower_id, template_key, scene) {
        follower_id -> BigInt,
        template_key -> Text,
        scene -> Integer,
        account_id -> BigInt,
        standing -> Text,
        remaining -> Integer,
        updated_at -> BigInt,
    }
}

diesel::table! {
    broadcasts (id) {
        id -> BigInt,
        account_id -> BigInt,
        seq -> BigInt,
        audience -> Text,
        content -> Text,
        client_id -> Nullable<Text>,
        reached -> BigInt,
        sent_at -> BigInt,
        tag_id -> Nullable<BigInt>,
        month_seq -> BigInt,
        publication_id -> Nullable<BigInt>,
        withdrawn_at -> Nullable<BigInt>,
        list_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    broadcast_links (token) {
        token -> Text,
        account_id -> BigInt,
        broadcast_id -> BigInt,
        place -> BigInt,
        url -> Text,
    }
}

diesel::table! {
    broadcast_settings (account_id) {
        account_id -> BigInt,
        speed -> Integer,
    }
}

// A view: nothing is inserted here.
diesel::table! {
    addressed (broadcast_id, follower_id) {
        broadcast_id -> BigInt,
        account_id -> BigInt,
        seq -> BigInt,
        month_seq -> BigInt,
        follower_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {
    broadcast_recipients (broadcast_id, follower_id) {
        broadcast_id -> BigInt,
        follower_id -> BigInt,
    }
}

diesel::table! {
    drafts (id) {
        id -> BigInt,
        account_id -> BigInt,
        media_key -> Text,
        kind -> Text,
        articles -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        revision -> BigInt,
        titles -> Text,
        search -> Text,
        changed_by -> Nullable<BigInt>,
        due_at -> Nullable<BigInt>,
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    draft_versions (draft_id, number) {
        draft_id -> BigInt,
        number -> Integer,
        made_by -> Nullable<BigInt>,
        cause -> Text,
        articles -> Text,
        begun_at -> BigInt,
        made_at -> BigInt,
    }
}

diesel::table! {
    draft_presences (draft_id, member_id) {
        draft_id -> BigInt,
        member_id -> BigInt,
        turn -> BigInt,
        seen_at -> BigInt,
    }
}

diesel::table! {
    publications (id) {
        id -> BigInt,
        account_id -> BigInt,
        article_key -> Text,
        origin -> Text,
        state -> Text,
        draft_id -> Nullable<BigInt>,
        failure -> Nullable<Text>,
        failed_indices -> Text,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
        published_at -> Nullable<BigInt>,
        removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    articles (id) {
        id -> BigInt,
        publication_id -> BigInt,
        account_id -> BigInt,
        idx -> Integer,
        article_key -> Text,
        kind -> Text,
        title -> Text,
        author -> Text,
        digest -> Text,
        content -> Text,
        source_url -> Text,
        cover_key -> Nullable<Text>,
        pictures -> Text,
        crops -> Text,
        show_cover -> Bool,
        comments_open -> Bool,
        only_fans -> Bool,
        next_comment -> Integer,
        comment_count -> Integer,
        elected_count -> Integer,
        reads -> BigInt,
        published_at -> BigInt,
        removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    comments (id) {
        id -> BigInt,
        account_id -> BigInt,
        article_id -> BigInt,
        number -> Integer,
        follower_id -> BigInt,
        content -> Text,
        elected -> Bool,
        reply -> Nullable<Text>,
        replied_at -> Nullable<BigInt>,
        created_at -> BigInt,
        removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    article_visits (article_id, quarter, act, way, reader) {
        account_id -> BigInt,
        article_id -> BigInt,
        quarter -> BigInt,
        act -> Text,
        way -> Text,
        reader -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    reading_counts (publication_id, act, quarter) {
        publication_id -> BigInt,
        act -> Text,
        quarter -> BigInt,
        times -> BigInt,
        people -> BigInt,
    }
}

diesel::table! {
    favourites (user_id, article_id) {
        user_id -> BigInt,
        article_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    agents (id) {
        id -> BigInt,
        account_id -> BigInt,
        number -> Integer,
        name -> Text,
        nickname -> Text,
        avatar_key -> Nullable<Text>,
        member_id -> Nullable<BigInt>,
        invited -> Nullable<Text>,
        invited_at -> Nullable<BigInt>,
        invite_until -> Nullable<BigInt>,
        online -> Bool,
        seen_at -> Nullable<BigInt>,
        created_at -> BigInt,
        removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    agent_sessions (id) {
        id -> BigInt,
        account_id -> BigInt,
        follower_id -> BigInt,
        agent_id -> Nullable<BigInt>,
        wanted_id -> Nullable<BigInt>,
        event_id -> Nullable<BigInt>,
        note -> Text,
        waiting_since -> BigInt,
        opened_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    api_usage (account_id, day, path) {
        account_id -> BigInt,
        day -> Integer,
        path -> Text,
        used -> BigInt,
    }
}

diesel::table! {
    quota_clearances (account_id, month) {
        account_id -> BigInt,
        month -> Integer,
        used -> BigInt,
    }
}

diesel::table! {
    refusals (rid) {
        rid -> Text,
        account_id -> BigInt,
        invoked_at -> BigInt,
        cost_ms -> Integer,
        url -> Text,
        request_body -> Text,
        response_body -> Text,
        client_ip -> Text,
    }
}

diesel::table! {
    short_keys (short_key) {
        short_key -> Text,
        account_id -> BigInt,
        kind -> Text,
        content_hash -> Text,
        content -> Text,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    auto_replies (id) {
        id -> BigInt,
        account_id -> BigInt,
        kind -> Text,
        name -> Text,
        keywords -> Text,
        picks -> Text,
        replies -> Text,
        enabled -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        hours -> Text,
    }
}

diesel::table! {
    segments (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        rule -> Text,
        changed_by -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    plans (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        body -> Text,
        whom -> Text,
        state -> Text,
        send_at -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>,
        changed_by -> Nullable<BigInt>,
        approved_by -> Nullable<BigInt>,
        approved_at -> Nullable<BigInt>,
        note -> Text,
        failure -> Nullable<Text>,
        broadcast_id -> Nullable<BigInt>,
        list -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    plan_recipients (list_id, follower_id) {
        list_id -> BigInt,
        follower_id -> BigInt,
    }
}

diesel::table! {
    stale_lists (list_id) {
        list_id -> BigInt,
    }
}

diesel::table! {
    brand_rules (brand_id) {
        brand_id -> BigInt,
        approval_required -> Bool,
    }
}

diesel::table! {
    quiet_hours (account_id) {
        account_id -> BigInt,
        from_minute -> Integer,
        until_minute -> Integer,
    }
}

diesel::table! {
    testers (member_id, account_id) {
        member_id -> BigInt,
        account_id -> BigInt,
        openid -> Text,
    }
}

diesel::table! {
    daily_counts (account_id, measure, day, part) {
        account_id -> BigInt,
        measure -> Text,
        day -> Integer,
        part -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    daily_marks (log) {
        log -> Text,
        mark -> BigInt,
    }
}

diesel::table! {
    previous_secrets (account_id) {
        account_id -> BigInt,
        secret_hash -> Text,
        replaced_at -> BigInt,
        ends_at -> BigInt,
    }
}

diesel::table! {
    activities (id) {
        id -> BigInt,
        chain -> BigInt,
        seq -> BigInt,
        created_at -> BigInt,
        member_id -> Nullable<BigInt>,
        member_name -> Text,
        address -> Text,
        action -> Text,
        account_id -> Nullable<BigInt>,
        subject -> Text,
        detail -> Text,
        hash -> Text,
    }
}

diesel::table! {
    activity_heads (chain) {
        chain -> BigInt,
        seq -> BigInt,
        hash -> Text,
        cut_seq -> BigInt,
        cut_hash -> Text,
        cut_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    account_names (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        changed_by -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    applications (id) {
        id -> BigInt,
        account_id -> BigInt,
        kind -> Text,
        state -> Text,
        organisation -> Text,
        registration -> Text,
        contact -> Text,
        email -> Text,
        statement -> Text,
        language -> Text,
        made_by -> BigInt,
        created_at -> BigInt,
        submitted_at -> Nullable<BigInt>,
        decided_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    application_documents (id) {
        id -> BigInt,
        application_id -> BigInt,
        blob_key -> Text,
        name -> Text,
        mime -> Text,
        size -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    account_reviews (id) {
        id -> BigInt,
        account_id -> BigInt,
        application_id -> Nullable<BigInt>,
        step -> Text,
        member_id -> Nullable<BigInt>,
        reason -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    installation_settings (name) {
        name -> Text,
        value -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    brand_settings (brand_id) {
        brand_id -> BigInt,
        language -> Text,
        contact -> Text,
        message_days -> Nullable<Integer>,
        activity_days -> Nullable<Integer>,
    }
}

diesel::table! {
    account_retentions (account_id) {
        account_id -> BigInt,
        message_days -> Integer,
    }
}

diesel::table! {
    retention_marks (days) {
        days -> Integer,
        reached -> BigInt,
    }
}

diesel::table! {
    account_offers (id) {
        id -> BigInt,
        account_id -> BigInt,
        email -> Text,
        token_hash -> Text,
        offered_by -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    erasures (id) {
        id -> BigInt,
        account_id -> BigInt,
        follower_id -> BigInt,
        user_id -> Nullable<BigInt>,
        openid_hash -> Text,
        asked_by -> Nullable<BigInt>,
        asked_name -> Text,
        state -> Text,
        counts -> Text,
        created_at -> BigInt,
        next_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    brands,
    members,
    memberships,
    invitations,
    sessions,
    mails,
    host_apps,
    users,
    accounts,
    changes,
    followers,
    followings,
    conversations,
    cases,
    desk_settings,
    marks,
    notes,
    team_queues,
    team_queue_tags,
    team_queue_members,
    refilings,
    mentions,
    canned_answers,
    scheduled_replies,
    messages,
    media,
    menus,
    conditional_menus,
    nodes,
    endpoints,
    events,
    deliveries,
    attempts,
    recoveries,
    access_tokens,
    grants,
    scene_codes,
    templates,
    tags,
    taggings,
    industries,
    permits,
    broadcasts,
    broadcast_recipients,
    agents,
    agent_sessions,
    drafts,
    draft_versions,
    draft_presences,
    publications,
    articles,
    comments,
    article_visits,
    reading_counts,
    favourites,
    broadcast_settings,
    broadcast_links,
    addressed,
    api_usage,
    quota_clearances,
    refusals,
    short_keys,
    auto_replies,
    segments,
    follower_words,
    follower_texts,
    stale_followers,
    tallies,
    menu_drafts,
    menu_history,
    authenticators,
    recovery_codes,
    passkeys,
    ceremonies,
    password_resets,
    sign_in_rules,
    removed_members,
    closures,
    vouched_members,
    plans,
    plan_recipients,
    stale_lists,
    brand_rules,
    quiet_hours,
    testers,
    daily_counts,
    daily_marks,
    previous_secrets,
    activities,
    activity_heads,
    account_names,
    applications,
    application_documents,
    account_reviews,
    installation_settings,
    brand_settings,
    account_retentions,
    retention_marks,
    account_offers,
    erasures,
);
